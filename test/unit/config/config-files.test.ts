import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { defaultConfig } from '../../../src/config/schema.js';

const fileOf = (name: string) => fileURLToPath(new URL(`../../../config/${name}`, import.meta.url));

describe('the files in config/', () => {
  it('default.yaml is no more than the defaults', () => {
    expect(loadConfig({ file: fileOf('default.yaml') }).config).toEqual(defaultConfig());
  });

  it('development.yaml makes every kind of row and every topic it writes to', () => {
    const { traces, logs, metrics, dead_letter } = loadConfig({ file: fileOf('development.yaml') }).config;
    const { key: _, ...kinds } = metrics;
    for (const output of [traces, logs, ...Object.values(kinds)])
      expect(output).toMatchObject({ enabled: true, topic: { create: true } });
    expect(dead_letter.topic.create).toBe(true);
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
    const { key: _, ...kinds } = config.metrics;
    const outputs = [config.traces, config.logs, ...Object.values(kinds)].filter(({ enabled }) => enabled);
    for (const { topic } of [...outputs, config.dead_letter])
      expect(topic).toMatchObject({ create: true, replication_factor: 3 });
  });
});
