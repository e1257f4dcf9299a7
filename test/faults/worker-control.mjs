// Loaded into each worker before its own code (node --import). It ends the worker when the harness is gone, and stops it
// at a named point when told to. Nothing of this is in the product.
//
// File descriptor 3 is a socket to the harness. It sends one JSON object per line: {"point", "call", "spinMs"}, and is
// told {"stopped": point} right before the process stops itself.

import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const CONTROL_FD = 3;
const require = createRequire(join(process.cwd(), 'package.json'));
const client = require('@confluentinc/kafka-javascript/librdkafka');

/** @type {{ point: string, call: number, spinMs: number } | null} */
let armed = null;

const harness = new Socket({ fd: CONTROL_FD });
createInterface({ input: harness }).on('line', line => {
  armed = JSON.parse(line);
});
harness.on('close', () => process.kill(process.pid, 'SIGKILL'));
harness.on('error', () => {});
harness.unref();

/** Counts the calls of the armed point and stops the whole process, the client's threads included, at the right one. */
function pass(point) {
  if (armed?.point !== point) return;
  armed.call -= 1;
  if (armed.call > 0) return;
  const { spinMs } = armed;
  armed = null;
  // The client's threads go on meanwhile: a request that was just asked for gets more or less far.
  for (const end = performance.now() + spinMs; performance.now() < end; );
  writeSync(CONTROL_FD, `${JSON.stringify({ stopped: point })}\n`);
  process.kill(process.pid, 'SIGSTOP');
}

/** Calls `after` when the callback that is the last argument of the method succeeds, before the caller hears of it. */
function onSuccess(prototype, method, after) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    const done = args.pop();
    return original.call(this, ...args, (error, ...results) => {
      if (!error) after(...results);
      return done(error, ...results);
    });
  };
}

/** Calls `after` when the method has been called, whatever becomes of it. */
function onCall(prototype, method, after) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    const result = original.apply(this, args);
    after();
    return result;
  };
}

const { Producer, KafkaConsumer } = client;
onSuccess(KafkaConsumer.prototype, 'consume', messages => {
  if (messages?.length > 0) pass('after-poll');
});
onCall(Producer.prototype, 'produce', () => pass('mid-send'));
onSuccess(Producer.prototype, 'sendOffsetsToTransaction', () => pass('after-send-offsets'));
onCall(Producer.prototype, 'commitTransaction', () => pass('during-commit'));
