import { expect, test } from 'vitest';
import { decidedEnds, missingMarkers, undecidedMarkers, writtenMarkers } from './markers.js';

const state = (status: number, epoch: number) =>
  '| offset: 2 CreateTime: 1 keySize: 34 valueSize: 76 sequence: -1 headerKeys: [] ' +
  'key: {"type":"0","data":{"transactionalId":"otelrows-vm-6"}} payload: ' +
  `{"version":"1","data":{"producerId":7,"producerEpoch":${epoch},"transactionTimeoutMs":10000,` +
  `"transactionStatus":${status},"transactionPartitions":[{"topic":"out-traces","partitionIds":[0,3]}]}}`;

const marker = (end: string, epoch: number) => [
  `baseOffset: 72 lastOffset: 72 count: 1 baseSequence: -1 lastSequence: -1 producerId: 7 producerEpoch: ${epoch} ` +
    'partitionLeaderEpoch: 0 isTransactional: true isControl: true',
  `| offset: 72 CreateTime: 1 keySize: 4 valueSize: 6 sequence: -1 headerKeys: [] endTxnMarker: ${end} coordinatorEpoch: 0`,
];

const rows = (epoch: number) =>
  `baseOffset: 73 lastOffset: 90 count: 18 baseSequence: 0 lastSequence: 17 producerId: 7 producerEpoch: ${epoch} ` +
  'partitionLeaderEpoch: 0 isTransactional: true isControl: false';

const IN_PARTITION_0 = 'Dumping /run/brokers/broker-1/data/out-traces-0/00000000000000000000.log';
const IN_PARTITION_3 = 'Dumping /run/brokers/broker-1/data/out-traces-3/00000000000000000000.log';

const ONGOING = 1;
const PREPARE_COMMIT = 2;
const PREPARE_ABORT = 3;
const COMPLETE_COMMIT = 4;

test('a decided end needs its marker in each partition of the transaction', async () => {
  const decided = await decidedEnds([
    state(ONGOING, 0),
    state(PREPARE_COMMIT, 0),
    state(COMPLETE_COMMIT, 0),
    state(PREPARE_COMMIT, 0),
    state(PREPARE_ABORT, 1),
  ]);
  const written = await writtenMarkers([
    IN_PARTITION_0,
    rows(0),
    ...marker('COMMIT', 0),
    rows(0),
    ...marker('COMMIT', 0),
    rows(0),
    ...marker('ABORT', 1),
    IN_PARTITION_3,
    rows(0),
    ...marker('COMMIT', 0),
    // Of the epoch before: not the one that is missing.
    ...marker('ABORT', 0),
  ]);

  expect(missingMarkers(decided, written)).toEqual([
    'out-traces-3 has 1 of 2 markers that should be there: COMMIT of producer 7, epoch 0',
    'out-traces-3 has 0 of 1 markers that should be there: ABORT of producer 7, epoch 1',
  ]);
});

test('a decision that is made or sent once more is one decision', async () => {
  const decided = await decidedEnds([
    state(ONGOING, 0),
    state(PREPARE_COMMIT, 0),
    state(PREPARE_COMMIT, 0),
    state(COMPLETE_COMMIT, 0),
  ]);
  const written = await writtenMarkers([
    IN_PARTITION_0,
    rows(0),
    ...marker('COMMIT', 0),
    ...marker('COMMIT', 0),
    IN_PARTITION_3,
    rows(0),
    ...marker('COMMIT', 0),
  ]);

  expect(missingMarkers(decided, written)).toEqual([]);
  expect(undecidedMarkers(decided, written)).toEqual([]);
});

test('a marker that nobody decided on is named', async () => {
  const decided = await decidedEnds([state(ONGOING, 0), state(PREPARE_ABORT, 1)]);
  const written = await writtenMarkers([
    IN_PARTITION_0,
    rows(0),
    ...marker('COMMIT', 0),
    ...marker('ABORT', 1),
    IN_PARTITION_3,
    rows(0),
    ...marker('ABORT', 1),
  ]);

  expect(missingMarkers(decided, written)).toEqual([]);
  expect(undecidedMarkers(decided, written)).toEqual([
    'out-traces-0 has 1 markers, but 0 were decided on: COMMIT of producer 7, epoch 0',
  ]);
});
