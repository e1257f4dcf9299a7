import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freePorts } from '../../../src/demo/broker/free-port.js';
import { API, type ApiName, frameSplitter } from './frames.js';
import { type KafkaProxy, startKafkaProxy } from './kafka-proxy.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function request(api: ApiName, correlationId: number, text = ''): Buffer {
  const frame = Buffer.alloc(12 + text.length);
  frame.writeUInt32BE(8 + text.length, 0);
  frame.writeInt16BE(API[api], 4);
  frame.writeInt32BE(correlationId, 8);
  frame.write(text, 12);
  return frame;
}

/** Notes the numbers of what it receives, and answers each request with just its number. */
async function startBroker(received: number[]): Promise<number> {
  const server: Server = createServer(socket => {
    const split = frameSplitter();
    socket.on('error', () => undefined);
    socket.on('data', piece => {
      for (const frame of split(piece)) {
        received.push(frame.readInt32BE(8));
        const response = Buffer.alloc(8);
        response.writeUInt32BE(4, 0);
        response.writeInt32BE(frame.readInt32BE(8), 4);
        socket.write(response);
      }
    });
  });
  const [port = 0] = await freePorts(1);
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  cleanUps.push(() => server.close());
  return port;
}

async function startThrough(): Promise<{
  proxy: KafkaProxy;
  client: Socket;
  received: number[];
  answered: number[];
}> {
  const received: number[] = [];
  const answered: number[] = [];
  const targetPort = await startBroker(received);
  const [listenPort = 0] = await freePorts(1);
  const proxy = await startKafkaProxy([{ listenPort, targetPort }]);
  cleanUps.push(() => proxy.close());
  const client = new Socket();
  client.on('error', () => undefined);
  client.connect(listenPort, '127.0.0.1');
  await once(client, 'connect');
  cleanUps.push(() => client.destroy());
  const split = frameSplitter();
  client.on('data', piece => {
    for (const frame of split(piece)) answered.push(frame.readInt32BE(4));
  });
  return { proxy, client, received, answered };
}

const HOLD_MS = 200;

test('passes requests and responses on', async () => {
  const { client, received, answered } = await startThrough();
  client.write(Buffer.concat([request('produce', 1), request('endTxn', 2)]));
  await expect.poll(() => answered).toEqual([1, 2]);
  expect(received).toEqual([1, 2]);
});

test('holds the one response that was asked for, and what follows it', async () => {
  const { proxy, client, received, answered } = await startThrough();
  const { held } = proxy.holdNext({
    api: 'endTxn',
    direction: 'response',
    containing: 'mine',
    holdMs: HOLD_MS,
  });
  client.write(
    Buffer.concat([request('endTxn', 1, 'yours'), request('endTxn', 2, 'mine'), request('produce', 3)]),
  );
  expect(await held).toBe(true);
  await expect.poll(() => received).toEqual([1, 2, 3]);
  expect(answered).not.toContain(2);
  await expect.poll(() => answered).toEqual([1, 2, 3]);
});

test('a request that is held arrives even when its sender has gone', async () => {
  const { proxy, client, received } = await startThrough();
  const { held } = proxy.holdNext({
    api: 'endTxn',
    direction: 'request',
    containing: 'mine',
    holdMs: HOLD_MS,
  });
  client.write(request('endTxn', 5, 'mine'));
  expect(await held).toBe(true);
  expect(received).toEqual([]);
  client.destroy();
  await expect.poll(() => received).toEqual([5]);
});

test('a hold that nothing fits can be given up', async () => {
  const { proxy, client, answered } = await startThrough();
  const hold = proxy.holdNext({ api: 'endTxn', direction: 'response', containing: 'mine', holdMs: HOLD_MS });
  hold.cancel();
  expect(await hold.held).toBe(false);
  client.write(request('endTxn', 1, 'mine'));
  await expect.poll(() => answered).toEqual([1]);
});

test('refuses the offsets that were asked for, and passes on what is held of them', async () => {
  const { proxy, client, received } = await startThrough();
  const mine = { api: 'txnOffsetCommit', containing: 'mine' } as const;
  const { held } = proxy.holdNext({ ...mine, direction: 'response', holdMs: HOLD_MS });
  const refused = proxy.refuseNext({ ...mine, errorCode: 22 });
  client.write(
    Buffer.concat([request('txnOffsetCommit', 1, 'mine'), request('txnOffsetCommit', 2, 'yours')]),
  );
  expect(await held).toBe(true);
  await expect.poll(() => received).toEqual([1, 2]);
  refused.cancel();
  expect(await refused.held).toBe(false);
});

test('resets connections, which their owner sees as an error', async () => {
  const { proxy, client, answered } = await startThrough();
  client.write(request('produce', 1));
  await expect.poll(() => answered).toEqual([1]);
  const failed = once(client, 'error');
  // `once` rejects with the error event unless it is what is waited for.
  expect(proxy.reset()).toBe(1);
  expect(String((await failed)[0])).toContain('ECONNRESET');
});

test('what is narrow or slow still arrives, in order', async () => {
  const { proxy, client, answered } = await startThrough();
  proxy.setConditions({ bytesPerSecond: 100_000, latencyMs: () => 5 });
  client.write(Buffer.concat([1, 2, 3].map(number => request('produce', number, 'x'.repeat(10_000)))));
  await expect.poll(() => answered).toEqual([1, 2, 3]);
});
