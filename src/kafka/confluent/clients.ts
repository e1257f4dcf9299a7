import type { Kafka } from '../ports.js';
import { connectAdmin } from './admin.js';
import { askApiVersions } from './api-versions.js';
import { connectAssignedConsumer } from './assigned-consumer.js';
import { findCompacted } from './compaction-probe.js';
import { connectConsumer } from './consumer.js';
import { connectCreationProbe } from './creation-probe.js';
import { connectLimitProbe } from './limit-probe.js';
import { startMockCluster } from './mock-cluster.js';
import { connectProducer } from './producer.js';
import { connectReader } from './reader.js';

/** Kafka by the Confluent client. The client itself is loaded when the first of these is called. */
export const confluentKafka: Kafka = {
  connectConsumer,
  connectAssignedConsumer,
  connectReader,
  connectProducer,
  connectAdmin,
  connectLimitProbe,
  askApiVersions,
  connectCreationProbe,
  findCompacted,
  startMockCluster,
};
