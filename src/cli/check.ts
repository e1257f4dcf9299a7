import { isPattern } from '../config/input-topic.js';
import type { LoadedConfig } from '../config/loaded-config.js';
import { outputTopics } from '../config/output-topics.js';
import type { Config } from '../config/schema.js';
import { Fatal } from '../errors.js';
import { adminOptions, readerOptions } from '../kafka/client-options.js';
import { SILENT } from '../kafka/connection.js';
import type { Kafka, KafkaAdmin, TopicPartition } from '../kafka/ports.js';
import { findTopic } from '../kafka/topics.js';
import { loadModule } from '../user-modules/load-module.js';
import { type Finding, formatFinding, ok } from './check/finding.js';
import { inspectBrokers } from './check/inspect-brokers.js';
import { inspectRecords } from './check/inspect-records.js';
import { inspectCompaction, inspectGroup, inspectTransactions, orProblem } from './check/inspect-rights.js';
import { inspectInputs, inspectOutputs } from './check/inspect-topics.js';

/**
 * `otelrows check`: what a worker with this config would find, without being one: it joins no group, creates no topic,
 * writes no row and commits nothing. Of the inputs it reads a few records, and to each output that exists it sends one message
 * without key and value in a transaction that is aborted.
 *
 * @throws ConfigInvalid when the module of functions cannot be loaded. @throws Fatal when a worker could not work.
 */
export async function check({ config, file }: LoadedConfig, kafka: Kafka): Promise<void> {
  let problems = 0;
  const report = (...findings: Finding[]) => {
    for (const finding of findings) {
      if (finding.level === 'problem') problems += 1;
      process.stdout.write(`${formatFinding(finding, process.stdout.isTTY === true)}\n`);
    }
  };

  // What is wrong with a module of functions is as wrong as the config that names it, whatever the brokers say.
  const { module } = config.transform;
  if (module !== null) await loadModule(module);
  report(ok('config', file ?? 'defaults, environment and flags; no file'));
  const brokers = await inspectBrokers(config, kafka);
  report(brokers);
  if (brokers.level !== 'problem') {
    const admin = kafka.connectAdmin(adminOptions(config));
    try {
      // The login first: without it, everything after would only fail with less to say.
      const group = await orProblem('login', () =>
        inspectGroup(config, kafka, () => inputPartitions(admin, config)),
      );
      report(...group);
      if (group.every(({ subject, level }) => subject !== 'login' || level === 'ok')) {
        report(...(await orProblem('transactions', () => inspectTransactions(config, kafka))));
        // The client asks for the group's coordinator also where it reads without joining, and fails without the right.
        const canRead = group.every(({ level }) => level === 'ok');
        report(...(await orProblem('input', () => inspectInputsOf(kafka, admin, config, canRead))));
        report(...(await orProblem('output', () => inspectOutputsOf(kafka, admin, config))));
      }
    } finally {
      admin.disconnect();
    }
  }
  if (problems > 0) throw new Fatal(`${problems} ${problems === 1 ? 'problem' : 'problems'} found.`);
}

async function inspectInputsOf(
  kafka: Kafka,
  admin: KafkaAdmin,
  config: Config,
  canRead: boolean,
): Promise<Finding[]> {
  const { findings, readable } = await inspectInputs(admin, config);
  if (readable.length === 0 || !canRead) return findings;
  const reader = await kafka.connectReader(readerOptions(config), {
    client: 'reader',
    events: SILENT,
    waitMaxMs: 1,
  });
  try {
    const records = await orProblem('records', () => inspectRecords(admin, reader, config, readable));
    return [...findings, ...records];
  } finally {
    await reader.disconnect();
  }
}

async function inspectOutputsOf(kafka: Kafka, admin: KafkaAdmin, config: Config): Promise<Finding[]> {
  const probe = await kafka.connectCreationProbe(adminOptions(config));
  try {
    const findings = await inspectOutputs(admin, config, probe);
    const existing: string[] = [];
    for (const { name } of outputTopics(config)) {
      const found = await findTopic(admin, name);
      if (found?.allowed?.includes('write') ?? found !== null) existing.push(name);
    }
    return [...findings, ...(await inspectCompaction(config, kafka, existing))];
  } finally {
    await probe.disconnect();
  }
}

async function inputPartitions(admin: KafkaAdmin, { inputs }: Config): Promise<TopicPartition[]> {
  const partitions: TopicPartition[] = [];
  for (const { topic } of inputs) {
    if (isPattern(topic)) continue; // its topics are listed later; their offsets are not
    const found = await findTopic(admin, topic);
    for (const { partition } of found?.partitions ?? []) partitions.push({ topic, partition });
  }
  return partitions;
}
