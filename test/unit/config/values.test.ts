import { describe, expect, it } from 'vitest';
import { getValue } from '../../../src/config/config-path.js';
import { type ConfigSources, loadConfig } from '../../../src/config/load.js';
import { listedSettings } from '../../../src/config/schema.js';
import { temporaryFiles } from '../../support/temporary-files.js';

const write = temporaryFiles();

/** How a value can be written, and what it is. Files have some of these as numbers and booleans, and as text between quotes. */
const VALUES: [path: string, written: string, value: unknown][] = [
  ...['true', 'yes', 'on', '1', 'Yes', 'ON', 'TRUE'].map((word): [string, string, unknown] => [
    'dry_run',
    word,
    true,
  ]),
  ...['false', 'no', 'off', '0', 'No', 'OFF', 'False'].map((word): [string, string, unknown] => [
    'http.enabled',
    word,
    false,
  ]),
  ['traces.topic.create', 'no', false],
  ['traces.topic.create', 'null', null],
  ['producer.linger_ms', '20', 20],
  ['producer.linger_ms', '20ms', 20],
  ['producer.linger_ms', '0.3s', 300],
  ['retry.max_interval_ms', '10 s', 10_000],
  ['retry.max_interval_ms', '1m30s', 90_000],
  ['health.stalled_after_ms', '2m', 120_000],
  ['health.stalled_after_ms', '1.5h', 5_400_000],
  ['health.stalled_after_ms', '1d', 86_400_000],
  ['producer.message_timeout_ms', 'null', null],
  ['limits.max_record_bytes', '64MiB', 67_108_864],
  ['limits.max_record_bytes', '1 KiB', 1024],
  ['limits.max_record_bytes', '1MB', 1_000_000],
  ['limits.max_record_bytes', '10kB', 10_000],
  ['limits.max_record_bytes', '5B', 5],
  ['batch.max_bytes', '2MB', 2_000_000],
  ['producer.required_acks', 'all', -1],
  ['producer.required_acks', '-1', -1],
];

describe.each(VALUES)('%s: %s', (path, written, value) => {
  const nested = (text: string) => path.split('.').reduceRight((inner, key) => `{ ${key}: ${inner} }`, text);
  const listed = listedSettings.find(found => found.path === path);

  it.each<[string, () => ConfigSources]>([
    ['a file', () => ({ file: write('c.yaml', nested(written)) })],
    ['quotes in a file', () => ({ file: write('c.yaml', nested(JSON.stringify(written))) })],
    ['the environment', () => ({ env: { [listed?.env ?? '']: written } })],
    ['a flag', () => ({ flags: new Map([[path, written]]) })],
  ])('means the same in %s', (_, sources) => {
    expect(getValue(loadConfig(sources()).config, path)).toBe(value);
  });
});

it.each([
  ['leader', 1],
  ['none', 0],
  ['1', 1],
])('required_acks: %s, which at_least_once allows', (written, value) => {
  const env = { OTELROWS_PRODUCER_REQUIRED_ACKS: written, OTELROWS_DELIVERY: 'at_least_once' };
  expect(loadConfig({ env }).config.producer.required_acks).toBe(value);
});

it('every setting of a time or a size takes units', () => {
  for (const { path, setting } of listedSettings) {
    if (path.endsWith('_ms')) expect(setting.fromText('1s'), path).toBe(1000);
    if (path.endsWith('_bytes') || path.endsWith('batch_size'))
      expect(setting.fromText('1KiB'), path).toBe(1024);
  }
});
