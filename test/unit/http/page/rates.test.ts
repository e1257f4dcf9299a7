import { expect, test } from 'vitest';
import { ratesBetween } from '../../../../src/http/page/rates.js';
import { status, worker } from '../../../support/status.js';

const BEFORE = status({
  uptimeSeconds: 100,
  records: 50,
  rows: 1_000,
  rowBytes: 1e6,
  cpuSeconds: 7,
  workers: [worker({ worker: 0, records: 20, rows: 400, cpuSeconds: 3 }), worker({ worker: 1 })],
});

test('rates are of what was done between two looks, by the clock of the server', () => {
  const now = status({
    uptimeSeconds: 104,
    records: 60,
    rows: 3_000,
    rowBytes: 3e6,
    cpuSeconds: 9,
    workers: [worker({ worker: 0, records: 30, rows: 1_400, cpuSeconds: 5 }), worker({ worker: 1 })],
  });
  expect(ratesBetween(BEFORE, now)).toEqual({
    seconds: 4,
    records: 2.5,
    rows: 500,
    rowBytes: 5e5,
    cores: 0.5,
    workers: new Map([
      [0, { records: 2.5, rows: 250, cores: 0.5 }],
      [1, { records: 0, rows: 0, cores: 0 }],
    ]),
  });
});

test('one look has no rates, nor have two between which otelrows was started again', () => {
  expect(ratesBetween(null, BEFORE)).toBeNull();
  expect(ratesBetween(BEFORE, BEFORE)).toBeNull();
  expect(ratesBetween(BEFORE, status({ uptimeSeconds: 3 }))).toBeNull();
});

test('what cannot be told of a worker leaves the others alone', () => {
  const now = status({
    ...BEFORE,
    uptimeSeconds: 110,
    rows: 900,
    workers: [worker({ worker: 0, pid: 4, rows: 10 }), worker({ worker: 1, rows: 50, records: null })],
  });
  const rates = ratesBetween(BEFORE, now);
  expect(rates).toMatchObject({ rows: null, records: 0 });
  expect(rates?.workers.get(0)).toEqual({ records: null, rows: null, cores: null });
  expect(rates?.workers.get(1)).toEqual({ records: null, rows: 5, cores: 0 });
});
