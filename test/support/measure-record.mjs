// What one record does to a worker: run as a process of its own, so that the peak of its memory is that of the record.
// The record comes on standard input, its coordinates and settings as JSON in the first argument; standard output gets one
// line of JSON. It goes the way of a worker, but for the client: transform, then rows and dead letters to a delivery that
// drops them.

import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const dist = new URL('../../dist/', import.meta.url);
const load = path => import(new URL(path, dist).href);
const { createTransform, defaultConfig } = await load('index.js');
const { takeChargeOfHeap } = await load('garbage-collection.js');
const { processRecord } = await load('messages/process-record.js');
const { processorParts } = await load('stream/processor-parts.js');
const { zeroTally } = await load('observe/counters.js');

const { signal, encoding, settings } = JSON.parse(process.argv[2]);
takeChargeOfHeap();
const config = { ...defaultConfig(), ...settings };
for (const kind of ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'])
  config.metrics[kind].enabled = true;
const { transform, sender } = processorParts({
  config,
  instanceId: 'measured',
  transform: createTransform(config, 'until_next_call'),
});
const delivery = { send: async () => [] };

async function work(value) {
  const record = { topic: 'in', partition: 0, offset: 0, timestampMs: 0, key: null, value, headers: [] };
  const tally = zeroTally();
  const processed = await processRecord(record, {
    inputOf: () => ({ signal, encoding, framing: 'auto' }),
    transform,
    recordBytesMax: config.limits.max_record_bytes,
  });
  await sender.sendRecord(delivery, processed, tally);
  return {
    problem: tally.deadLetters.map(({ problem }) => `${problem.reason}: ${problem.message}`).join(),
    rows: tally.rows,
    rowBytes: tally.rowBytes,
    truncated: tally.truncated,
  };
}

/** Linux only: what was resident at most since the last reset. */
function residentPeakBytes() {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) * 1024;
}

const value = readFileSync(process.argv[3]);
// All that a first record loads and compiles is there before.
await work(Buffer.from([0x0a, 0]));
setFlagsFromString('--expose-gc');
runInNewContext('gc')();
writeFileSync('/proc/self/clear_refs', '5');

let stallMs = 0;
let last = performance.now();
const beat = () => {
  stallMs = Math.max(stallMs, performance.now() - last);
  last = performance.now();
};
const timer = setInterval(beat, 5);
const started = performance.now();
const result = await work(value);
const tookMs = performance.now() - started;
await new Promise(resolve => setTimeout(resolve, 10));
beat();
clearInterval(timer);
process.stdout.write(JSON.stringify({ ...result, tookMs, stallMs, peakBytes: residentPeakBytes() }));
