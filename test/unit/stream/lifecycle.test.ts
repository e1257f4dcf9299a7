import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Unfinished } from '../../../src/errors.js';
import { stopOnSignals } from '../../../src/stream/lifecycle.js';

// The handlers are called directly: a real signal would also reach those of the test runner.
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
let before: Map<NodeJS.Signals, NodeJS.SignalsListener[]>;

beforeEach(() => {
  vi.useFakeTimers();
  before = new Map(SIGNALS.map(signal => [signal, process.listeners(signal)]));
});

afterEach(() => {
  vi.useRealTimers();
  for (const signal of SIGNALS) {
    for (const listener of added(signal)) process.off(signal, listener);
  }
});

function added(signal: NodeJS.Signals): NodeJS.SignalsListener[] {
  return process.listeners(signal).filter(listener => !before.get(signal)?.includes(listener));
}

function receive(signal: NodeJS.Signals): void {
  for (const listener of added(signal)) listener(signal);
}

function setUp() {
  const said: string[] = [];
  const { stop, outOfPatience } = stopOnSignals({ stopping: why => said.push(why) });
  let gaveUp: unknown;
  outOfPatience.catch((error: unknown) => {
    gaveUp = error;
  });
  return { stop, said, gaveUp: () => gaveUp };
}

describe.each([
  ['SIGTERM', 'SIGTERM'],
  ['SIGINT', 'Ctrl-C'],
] as const)('%s', (signal, name) => {
  test('asks the worker to stop, and says so once', async () => {
    const { stop, said, gaveUp } = setUp();
    expect(stop.aborted).toBe(false);

    receive(signal);

    expect(stop.aborted).toBe(true);
    expect(said).toEqual([name]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(gaveUp()).toBeUndefined();
  });

  test('a second time ends the waiting, and says that nothing is lost', async () => {
    const { said, gaveUp } = setUp();

    receive(signal);
    await vi.advanceTimersByTimeAsync(1000);
    receive(signal);
    await vi.advanceTimersByTimeAsync(0);

    expect(gaveUp()).toBeInstanceOf(Unfinished);
    expect((gaveUp() as Unfinished).message).toContain('what is not committed will be read again');
    expect(said).toHaveLength(1);
  });
});

test('the echo of Ctrl-C that npm passes on is not taken for a second one', async () => {
  const { stop, said, gaveUp } = setUp();

  receive('SIGINT');
  receive('SIGINT');
  await vi.advanceTimersByTimeAsync(1000);

  expect(stop.aborted).toBe(true);
  expect(said).toHaveLength(1);
  expect(gaveUp()).toBeUndefined();
});

test('a worker that does not finish is given up before container platforms kill it', async () => {
  const { gaveUp } = setUp();
  receive('SIGTERM');

  await vi.advanceTimersByTimeAsync(8_999);
  expect(gaveUp()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1_000);

  expect(gaveUp()).toBeInstanceOf(Unfinished);
});
