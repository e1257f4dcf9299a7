import { expect, test } from 'vitest';
import { abortedTransactions, unequalReplicas } from './aborted-transactions.js';

const file = (broker: number, name: string) => `/run/brokers/broker-${broker}/data/out-traces-3/0${name}`;
const brokerOf = (path: string) => path.split('/')[3] ?? '';
const entry = (producerId: number) =>
  `version: 0 producerId: ${producerId} firstOffset: 147 lastOffset: 171 lastStableOffset: 172`;

test('a replica that does not know of an aborted transaction is named, also one without an index', async () => {
  const found = await abortedTransactions(
    [`Dumping ${file(1, '.txnindex')}`, entry(7), entry(8), `Dumping ${file(2, '.txnindex')}`, entry(8)],
    [file(1, '.log'), file(2, '.log'), file(3, '.log')],
    brokerOf,
  );

  expect(unequalReplicas(found)).toEqual([
    'out-traces-3 on broker-2 does not know of an aborted transaction: producer 7, offsets 147 to 171',
    'out-traces-3 on broker-3 does not know of an aborted transaction: producer 7, offsets 147 to 171',
    'out-traces-3 on broker-3 does not know of an aborted transaction: producer 8, offsets 147 to 171',
  ]);
});
