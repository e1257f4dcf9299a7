import { randomBytes } from 'node:crypto';
import { METRIC_SECTIONS } from '../config/output-topics.js';
import { type Config, defaultConfig } from '../config/schema.js';
import type { EncodingName } from '../encodings/settings.js';
import type { SIGNALS } from '../transform/decode/otlp.js';
import type { DemoBroker } from './broker/start-best-broker.js';

/**
 * The config of the demo's worker: the defaults, with all metric kinds on, and rows in this encoding.
 * On brokers that also serve others, every name begins with a prefix of its own.
 */
export function demoConfig(
  { kind, brokers }: Pick<DemoBroker, 'kind' | 'brokers'>,
  encoding: EncodingName,
): {
  config: Config;
  prefix: string;
} {
  const prefix = kind === 'given' ? `otelrows-demo-${randomBytes(3).toString('hex')}-` : '';
  const config = defaultConfig();
  config.kafka.brokers = brokers.split(',');
  config.inputs = config.inputs.map(input => ({ ...input, topic: `${prefix}${input.topic}` }));
  config.consumer.group_id = `${prefix}${config.consumer.group_id}`;
  config.producer.transactional_id_prefix = `${prefix}${config.producer.transactional_id_prefix}`;
  config.log = { level: 'info', format: 'json' };
  // Nobody asks the demo's worker how it is, and the port may be another worker's.
  config.http.enabled = false;
  const rows = [config.traces, config.logs, ...METRIC_SECTIONS.map(kind => config.metrics[kind])];
  for (const output of rows) {
    output.enabled = true;
    output.encoding = encoding;
  }
  for (const output of [...rows, config.dead_letter]) {
    output.topic = { ...output.topic, name: `${prefix}${output.topic.name}` };
  }
  return { config, prefix };
}

/** The input topic of each signal. */
export function inputTopics(config: Config): Record<(typeof SIGNALS)[number], string> {
  const topicOf = (signal: (typeof SIGNALS)[number]) =>
    config.inputs.find(input => input.signal === signal)?.topic ?? '';
  return { traces: topicOf('traces'), logs: topicOf('logs'), metrics: topicOf('metrics') };
}
