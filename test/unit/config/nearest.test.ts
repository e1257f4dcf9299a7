import { expect, it } from 'vitest';
import { nearest } from '../../../src/config/nearest.js';

const names = ['kafka', 'inputs', 'linger_ms', 'lz4', 'otlp_json'];

it.each([
  ['kafak', 'kafka'],
  ['input', 'inputs'],
  ['lingerMs', 'linger_ms'],
  ['linger-ms', 'linger_ms'],
  ['lz5', 'lz4'],
  ['OTLP_JSON', 'otlp_json'],
  ['zookeeper', null],
  ['', null],
])('%s is nearest to %s', (written, meant) => {
  expect(nearest(written, names)).toBe(meant);
});
