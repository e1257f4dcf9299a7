import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { outputTopics } from '../../../src/config/output-topics.js';
import { defaultConfig } from '../../../src/config/schema.js';

const fileOf = (name: string) => fileURLToPath(new URL(`../../../config/${name}`, import.meta.url));

describe('the files in config/', () => {
  it('default.yaml is no more than the defaults', () => {
    expect(loadConfig({ file: fileOf('default.yaml') }).config).toEqual(defaultConfig());
  });

  it('development.yaml makes every kind of row and every topic it writes to', () => {
    const outputs = outputTopics(loadConfig({ file: fileOf('development.yaml') }).config);
    expect(outputs).toHaveLength(8);
    for (const output of outputs)
      expect(output).toMatchObject({ create: true, num_partitions: 1, replication_factor: 1 });
  });

  it('production.example.yaml encrypts, logs in, and keeps three replicas of what it writes', () => {
    const { config } = loadConfig({
      file: fileOf('production.example.yaml'),
      env: { OTELROWS_KAFKA_AUTH_SASL_PASSWORD: 'from a secret' },
      filesMustExist: false,
    });
    expect(config.kafka.tls.enabled).toBe(true);
    expect(config.kafka.auth.sasl).toMatchObject({ mechanism: 'SCRAM-SHA-512', password: 'from a secret' });
    expect(config.delivery).toBe('exactly_once');
    for (const output of outputTopics(config))
      expect(output).toMatchObject({
        create: true,
        replication_factor: 3,
        config: { 'min.insync.replicas': '2' },
      });
  });
});
