import { beforeEach, expect, test } from 'vitest';
import { keepStatus, type StatusKeeper } from '../../../src/observe/worker-status.js';

const P0 = { topic: 'in', partition: 0, offset: 7, waitsFor: null };
const P1 = { topic: 'in', partition: 1, offset: 7, waitsFor: null };

let clock: number;
let keeper: StatusKeeper;

beforeEach(() => {
  clock = 1_000;
  keeper = keepStatus(() => clock);
  keeper.started();
});

test('goes from connecting to joining to working', () => {
  const fresh = keepStatus();
  expect(fresh.status()).toMatchObject({ phase: 'connecting', joined: false });
  fresh.started();
  expect(fresh.status()).toMatchObject({ phase: 'joining', joined: false });
  fresh.rebalanced({ kind: 'assigned', partitions: [P0] }, 1);
  expect(fresh.status()).toMatchObject({ phase: 'working', joined: true, partitions: 1 });
});

test('a spare member has joined as well', () => {
  keeper.rebalanced({ kind: 'assigned', partitions: [] }, 0);
  expect(keeper.status()).toMatchObject({ joined: true, partitions: 0 });
});

test('one that was thrown out has not', () => {
  keeper.rebalanced({ kind: 'assigned', partitions: [P0] }, 1);
  keeper.rebalanced({ kind: 'revoked', partitions: [P0], lost: true }, 0);
  expect(keeper.status()).toMatchObject({ joined: false, partitions: 0 });
});

test('waits from the moment in which records are seen ahead', () => {
  keeper.measured([{ ...P0, lag: 0 }], true);
  clock += 500;
  expect(keeper.status().waitingMs).toBe(0);

  keeper.measured([{ ...P0, lag: 3 }], true);
  clock += 500;
  keeper.measured([{ ...P0, lag: 5 }], true);
  expect(keeper.status().waitingMs).toBe(500);
});

test('waits anew from each commit, while there is more', () => {
  keeper.measured([{ ...P0, lag: 9 }], true);
  clock += 500;
  keeper.committed();
  clock += 200;
  expect(keeper.status().waitingMs).toBe(200);
  expect(keeper.status().lastCommitMs).not.toBeNull();
});

test('waits no more when nothing is ahead', () => {
  keeper.measured([{ ...P0, lag: 9 }], true);
  clock += 500;
  keeper.measured([{ ...P0, lag: 0 }], true);
  clock += 500;
  expect(keeper.status().waitingMs).toBe(0);
});

test('the lag of a partition that was taken away goes with it', () => {
  keeper.measured(
    [
      { ...P0, lag: 1 },
      { ...P1, lag: 2 },
    ],
    true,
  );
  keeper.rebalanced({ kind: 'revoked', partitions: [P0], lost: false }, 1);
  expect(keeper.status().lags).toEqual([{ ...P1, lag: 2 }]);
});

test('a worker that has stopped owns nothing and waits for nothing', () => {
  keeper.rebalanced({ kind: 'assigned', partitions: [P0] }, 1);
  keeper.measured([{ ...P0, lag: 1 }], true);
  keeper.stopped();
  clock += 500;
  expect(keeper.status()).toMatchObject({
    phase: 'stopped',
    joined: false,
    partitions: 0,
    lags: [],
    waitingMs: 0,
  });
});

test('a partition stands while it has records ahead and its offset does not move, whatever others commit', () => {
  const measure = (offset0: number, offset1: number) =>
    keeper.measured(
      [
        { ...P0, lag: 3, offset: offset0 },
        { ...P1, lag: 3, offset: offset1 },
      ],
      true,
    );
  measure(7, 7);
  clock += 500;
  measure(7, 8);
  keeper.committed();
  clock += 200;
  expect(keeper.status().standing).toEqual([{ ...P0, lag: 3, offset: 7, standingMs: 700 }]);
  measure(8, 8);
  expect(keeper.status().standing).toEqual([{ ...P1, lag: 3, offset: 8, standingMs: 200 }]);
});

test('a partition that waits for a transaction of others waits for nothing that a worker could do', () => {
  keeper.measured([{ ...P0, lag: 3, waitsFor: 'open_transaction' }], true);
  clock += 500;
  expect(keeper.status()).toMatchObject({ waitingMs: 0, standing: [] });
});
