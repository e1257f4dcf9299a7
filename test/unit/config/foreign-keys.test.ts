import { describe, expect, it } from 'vitest';
import { FOREIGN_KEYS } from '../../../src/config/foreign-keys.js';
import { loadConfig } from '../../../src/config/load.js';
import { listedSettings } from '../../../src/config/schema.js';
import { ConfigInvalid } from '../../../src/errors.js';
import { temporaryFiles } from '../../support/temporary-files.js';

const write = temporaryFiles();

function problemsIn(text: string): string[] {
  try {
    loadConfig({ file: write('c.yaml', text) });
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return error.problems.map(problem => problem.replace(/^\/\S*\/(?=\w+\.yaml)/, ''));
  }
  return [];
}

const GLASSFLOW = `
sending_queue: { enabled: true, num_consumers: 10, queue_size: 5120 }
retry_on_failure:
  enabled: true
  initial_interval: 1s
brokers: [kafka:9092]
tls:
  insecure: true
  ca_file: ca.pem
auth:
  sasl:
    mechanism: PLAIN
    username: me
    password: hunter2471147
    version: 0
producer:
  compression: gzip
  flush_bytes: 1048576
traces:
  topic: { name: otel-traces, create: true, num_partitions: 1, replication_factor: 1 }
`;

/** In the order of the file. */
const ADVICE = [
  'sending_queue is not a known key. It has no counterpart here: Kafka is the queue, since offsets that are not committed are read again; memory.budget_bytes bounds what is held',
  'retry_on_failure is not a known key. Here it is retry',
  'retry_on_failure.enabled is not a known key. It has no counterpart here: a batch that failed is tried again, or its rows would be lost',
  'retry_on_failure.initial_interval is not a known key. Here it is retry.initial_interval_ms',
  'brokers is not a known key. Did you mean kafka.brokers?',
  'tls is not a known key. Did you mean kafka.tls?',
  'tls.insecure is not a known key. Here it is kafka.tls.enabled (which is the opposite: insecure: true is enabled: false)',
  'auth is not a known key. Did you mean kafka.auth?',
  'auth.sasl.version is not a known key. It has no counterpart here: the Kafka client finds out which version the brokers speak',
  'producer.flush_bytes is not a known key. Here it is producer.batch_size',
];

const withoutPlace = (problems: string[]) =>
  problems.map(problem => problem.replace(/^c\.yaml:\d+:\d+: /, ''));

describe('a config of another program', () => {
  it('of glassflowexporter: each key that is called otherwise, and what it is called', () => {
    const problems = problemsIn(GLASSFLOW);
    expect(withoutPlace(problems)).toEqual(ADVICE);
    expect(problems[3]).toMatch(/^c\.yaml:5:3: /);
  });

  it('of a whole collector: the same, below its exporter', () => {
    const indented = GLASSFLOW.trim().replaceAll(/^/gm, '    ');
    const problems = problemsIn(`exporters:\n  glassflow/rows:\n${indented}\nservice: { pipelines: {} }\n`);
    expect(withoutPlace(problems)).toEqual([
      expect.stringMatching(/^exporters is not a known key\. It has no counterpart here/),
      ...ADVICE,
      expect.stringMatching(/^service is not a known key\. It has no counterpart here: inputs says/),
    ]);
    expect(problems.join()).not.toContain('471147');
  });

  it.each([
    [
      'kafka: { acks: all }',
      "kafka.acks is not a known key. Here it is producer.required_acks (Rotel's one is leader here)",
    ],
    [
      'kafka_exporter_acks: one',
      "kafka_exporter_acks is not a known key. Here it is producer.required_acks (Rotel's one is leader here)",
    ],
    [
      'kafka-exporter-linger-ms: 5',
      'kafka-exporter-linger-ms is not a known key. Here it is producer.linger_ms',
    ],
    [
      'kafka_receiver_group_id: a',
      'kafka_receiver_group_id is not a known key. Here it is consumer.group_id',
    ],
    [
      'kafka_receiver_isolation_level: a',
      'kafka_receiver_isolation_level is not a known key. It has no counterpart here: inputs are read committed, or rows of aborted transactions would be read',
    ],
  ])('of Rotel: %s', (text, problem) => {
    expect(withoutPlace(problemsIn(`${text}\n`))).toEqual([problem]);
  });

  it('a key that is like one of ours by chance is not taken for it', () => {
    expect(withoutPlace(problemsIn('traces:\n  span: 1\n'))).toEqual(['traces.span is not a known key']);
  });

  it('is always told of a key that is there', () => {
    const paths = listedSettings.map(({ path }) => path);
    const places = FOREIGN_KEYS.flatMap(table => Object.values(table)).flatMap(({ here }) => here ?? []);
    expect(places.length).toBeGreaterThan(50);
    for (const place of places)
      expect(
        paths.filter(path => path === place || path.startsWith(`${place}.`)),
        place,
      ).not.toEqual([]);
  });
});
