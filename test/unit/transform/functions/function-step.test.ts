import { describe, expect, it } from 'vitest';
import { createTransform } from '../../../../src/create-transform.js';
import { ROW_KINDS, type RowKind } from '../../../../src/tables/columns.js';
import { createAsyncTransform } from '../../../../src/transform/async-transform.js';
import { drop, type TransformFunctions } from '../../../../src/transform/functions/define.js';
import {
  asyncFunctionStep,
  type FunctionParts,
  functionStep,
  isAsync,
} from '../../../../src/transform/functions/function-step.js';
import { createRules } from '../../../../src/transform/rules/create-rules.js';
import type { RecordContext } from '../../../../src/transform/steps/context.js';
import { allKindsOn } from '../../../support/all-kinds-on.js';

/** What functions of users do with items, in both engines and in the one for functions that have to be waited for. */

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const RESOURCE = { attributes: [attribute('service.name', 'shop')] };

const spans = (...list: object[]) =>
  Buffer.from(
    JSON.stringify({
      resourceSpans: [
        { resource: RESOURCE, scopeSpans: [{ scope: { name: 'lib', version: '2' }, spans: list }] },
      ],
    }),
  );

const RECORD: RecordContext = {
  topic: 'otlp_eu',
  partition: 3,
  offset: 7,
  timestampMs: 1_000,
  headers: [
    { key: 'tenant', value: Buffer.from('first') },
    { key: 'tenant', value: Buffer.from('acme') },
  ],
};

const THREE = spans(
  { name: 'a', startTimeUnixNano: '1000000000', endTimeUnixNano: '1000000500' },
  { name: 'b', attributes: [attribute('k', 'v')] },
  { name: 'c' },
);

type Said = [level: string, message: string, fields: object];

describe.each(['auto', 'plain', 'async'] as const)('with engine: %s', engine => {
  const run = async (
    functions: TransformFunctions,
    {
      value = THREE,
      rules = [],
      ...changes
    }: Partial<FunctionParts> & {
      value?: Buffer;
      rules?: Parameters<typeof createRules>[0];
    } = {},
  ) => {
    const said: Said[] = [];
    const parts: FunctionParts = {
      name: 'my.ts',
      moduleUrl: import.meta.url,
      functions: functions as FunctionParts['functions'],
      log: (...line) => said.push(line),
      timeoutMs: 10_000,
      topicsOf: Object.fromEntries(ROW_KINDS.map(kind => [kind, new Set(['other'])])) as Record<
        RowKind,
        Set<string>
      >,
      ownMessages: new Set<RowKind>(['traces']),
      ...changes,
    };
    const settings = allKindsOn({
      transform: { engine: engine === 'async' ? 'auto' : engine, rules: [...rules] },
    });
    const transform =
      engine === 'async'
        ? createAsyncTransform(settings, [...createRules(rules), asyncFunctionStep(parts)], 2)
        : createTransform(settings, 'lasting', [functionStep(parts)]);
    const made = await transform('traces', 'otlp_json', value, RECORD);
    const rows = made.messages.map(message => JSON.parse(message.value.toString()));
    return { ...made, rows, said, names: rows.map(({ SpanName }) => SpanName) };
  };

  it('a row that nothing is done with is as without functions', async () => {
    const seen: string[] = [];
    const { messages, steps } = await run({ traces: row => void seen.push(row.SpanName) });
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(messages).toEqual(createTransform(allKindsOn())('traces', 'otlp_json', THREE).messages);
    expect(steps?.tallies).toEqual([{ name: 'my.ts', matched: 3, changed: 0, dropped: 0, failed: 0 }]);
  });

  it('what is set is in the row, times and durations as nanoseconds, attributes like a Map', async () => {
    const { rows } = await run({
      traces: row => {
        if (row.SpanName === 'a') row.Duration = row.Duration * 2n;
        row.SpanAttributes.set('seen', row.SpanAttributes.get('k') ?? 'nothing');
        row.ResourceAttributes.delete('service.name');
        return row;
      },
    });
    expect(rows[0]).toMatchObject({ Duration: 1000, SpanAttributes: { seen: 'nothing' }, ServiceName: '' });
    expect(rows[1]).toMatchObject({ SpanAttributes: { k: 'v', seen: 'v' } });
  });

  it('drops for reasons that are counted', async () => {
    const { names, itemCount, filteredCount, steps } = await run({
      traces: row => (row.SpanName === 'a' ? drop('short') : row.SpanName === 'b' ? [] : undefined),
    });
    expect(names).toEqual(['c']);
    expect({ itemCount, filteredCount }).toEqual({ itemCount: 3, filteredCount: 2 });
    expect(steps?.tallies[0]).toMatchObject({ matched: 3, dropped: 2 });
    expect(steps?.dropReasons).toEqual(
      new Map([
        ['short', 1],
        ['no_rows', 1],
      ]),
    );
  });

  it('knows the record, its headers, the resource and the scope', async () => {
    const seen: unknown[] = [];
    await run({
      traces: (_, { topic, partition, offset, timestampMs, headers, itemIndex, resource, scope }) => {
        seen.push([topic, partition, offset, timestampMs, headers.get('tenant'), itemIndex]);
        seen.push(resource.get('service.name'), scope);
      },
    });
    expect(seen.slice(0, 3)).toEqual([
      ['otlp_eu', 3, 7, 1000, 'acme', 0],
      'shop',
      { name: 'lib', version: '2' },
    ]);
  });

  it('counts, logs, routes, keys and adds headers', async () => {
    const { messages, steps, said } = await run({
      traces: (row, ctx) => {
        if (row.SpanName === 'a') return;
        ctx.count('seen');
        ctx.count('letters', row.SpanName.length);
        ctx.log.info('met', { name: row.SpanName });
        ctx.route('other');
        ctx.key('k1');
        ctx.header('h', 'x');
        ctx.header('h', Buffer.from('y'));
      },
    });
    expect(steps?.counts).toEqual(
      new Map([
        ['seen', 2],
        ['letters', 2],
      ]),
    );
    expect(said[0]).toEqual(['info', 'met', { name: 'b', topic: 'otlp_eu', partition: 3, offset: 7 }]);
    expect(messages[0]).not.toHaveProperty('headers');
    expect(messages[1]).toMatchObject({
      topic: 'other',
      key: Buffer.from('k1'),
      headers: [
        { key: 'h', value: Buffer.from('x') },
        { key: 'h', value: Buffer.from('y') },
      ],
    });
  });

  it('makes several rows of one, each with a number of its own', async () => {
    const { names, rows, messages, itemCount, filteredCount, steps } = await run({
      traces: (row, ctx) => {
        if (row.SpanName !== 'b') return;
        ctx.key('both');
        row.SpanName = 'b1';
        const second = ctx.copy();
        second.SpanName = 'b2';
        second.SpanAttributes.set('k', 'other');
        return [row, second];
      },
    });
    expect(names).toEqual(['a', 'b1', 'b2', 'c']);
    expect(rows.map(({ SpanAttributes }) => SpanAttributes.k)).toEqual([undefined, 'v', 'other', undefined]);
    expect(messages.map(({ itemIndex }) => itemIndex)).toEqual([0, 1, 3, 2]);
    expect(messages.map(({ key }) => key?.toString())).toEqual([undefined, 'both', 'both', undefined]);
    expect({ itemCount, filteredCount }).toEqual({ itemCount: 4, filteredCount: 0 });
    expect(steps?.tallies).toEqual([{ name: 'my.ts', matched: 3, changed: 1, dropped: 0, failed: 0 }]);
  });

  it('makes rows of copies alone', async () => {
    const { names, messages } = await run({
      traces: (row, ctx) => {
        const other = ctx.copy();
        other.SpanName += '!';
        return row.SpanName === 'a' ? other : [other];
      },
    });
    expect(names).toEqual(['a!', 'b!', 'c!']);
    expect(messages.map(({ itemIndex }) => itemIndex)).toEqual([0, 1, 2]);
  });

  it('sees what rules have left, as they have changed it', async () => {
    const seen: string[] = [];
    const { names } = await run(
      { traces: row => void seen.push(`${row.SpanName} ${row.SpanAttributes.get('from')}`) },
      {
        rules: [
          { name: 'no-a', for: ['traces'], when: { column: 'SpanName', equals: 'a' }, drop: true },
          { name: 'set', set: { attribute: 'from', value: 'rule' } },
        ],
      },
    );
    expect(names).toEqual(['b', 'c']);
    expect(seen).toEqual(['b rule', 'c rule']);
  });

  const failing: [string, NonNullable<TransformFunctions['traces']>, RegExp | string][] = [
    [
      'throws',
      () => {
        throw new RangeError('no such tenant');
      },
      /^function-step\.test\.ts:\d+: no such tenant$/,
    ],
    [
      'throws a text',
      () => {
        throw 'oops';
      },
      'threw "oops"',
    ],
    [
      'sets what a column cannot be',
      row => {
        row.SpanName = 7 as never;
      },
      /^function-step\.test\.ts:\d+: SpanName is a number: must be a string$/,
    ],
    [
      'returns a text',
      () => 'row' as never,
      /returned string "\\?"?row\\?"?": return nothing to keep the row/,
    ],
    ['returns another object', () => ({ SpanName: 'x' }) as never, /returned an object that is no row/],
    ['returns a row twice', row => [row, row], /returned a list with a row twice/],
    ['returns a list of other objects', () => [{}] as never, /returned a list with what is no row/],
    ['routes to a topic that is not known', (_, ctx) => ctx.route('nowhere'), /no topic for rows of traces/],
    ['counts downwards', (_, ctx) => ctx.count('x', -1), /counters only grow/],
    ['gives a key that is no text', (_, ctx) => ctx.key(7 as never), /must be a text, or null/],
  ];

  it.each(failing)('an item whose function %s fails alone', async (_, fn, message) => {
    const { names, steps, itemCount, filteredCount } = await run({
      traces: (row, ctx) => (row.SpanName === 'b' ? fn(row, ctx) : undefined),
    });
    expect(names).toEqual(['a', 'c']);
    expect({ itemCount, filteredCount }).toEqual({ itemCount: 3, filteredCount: 0 });
    expect(steps?.failedItems).toEqual([
      {
        itemIndex: 1,
        kind: 'traces',
        step: 'my.ts',
        reason: 'function_failed',
        message: expect.stringMatching(message),
      },
    ]);
  });

  it('headers are refused where rows share messages', async () => {
    const { steps } = await run({ traces: (_, ctx) => ctx.header('h', 'x') }, { ownMessages: new Set() });
    expect(steps?.failedItems[0]?.message).toMatch(/rows of traces share messages/);
  });

  it('names that are made of data become one beyond a hundred', async () => {
    const { steps } = await run(
      { traces: (row, ctx) => ctx.count(row.SpanName) },
      { value: spans(...Array.from({ length: 150 }, (_, i) => ({ name: `n${i}` }))) },
    );
    expect(steps?.counts?.size).toBe(101);
    expect(steps?.counts?.get('other')).toBe(50);
  });
});

describe('functions that are waited for', () => {
  const run = async (functions: TransformFunctions, timeoutMs = 10_000, atOnce = 2) => {
    const parts: FunctionParts = {
      name: 'my.ts',
      moduleUrl: import.meta.url,
      functions: functions as FunctionParts['functions'],
      log: () => undefined,
      timeoutMs,
      topicsOf: {} as FunctionParts['topicsOf'],
      ownMessages: new Set(),
    };
    expect(isAsync(parts)).toBe(true);
    const transform = createAsyncTransform(allKindsOn(), [asyncFunctionStep(parts)], atOnce);
    const made = await transform('traces', 'otlp_json', THREE, RECORD);
    return { ...made, rows: made.messages.map(({ value }) => JSON.parse(value.toString())) };
  };

  it('keep the order, whatever comes back first, and run only so many at once', async () => {
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const { rows } = await run({
      traces: async row => {
        most = Math.max(most, ++running);
        // The first waits until the second is there, and that is done first.
        if (row.SpanName === 'a') await new Promise<void>(resolve => release.push(resolve));
        else release.pop()?.();
        row.SpanName += ' done';
        running--;
      },
    });
    expect(rows.map(({ SpanName }) => SpanName)).toEqual(['a done', 'b done', 'c done']);
    expect(most).toBe(2);
  });

  it('that take too long fail their item, which they cannot change any more', async () => {
    const later: (() => void)[] = [];
    const { rows, steps } = await run(
      {
        traces: async row => {
          if (row.SpanName !== 'a') return;
          await new Promise<void>(resolve => later.push(resolve));
          row.SpanName = 'late';
        },
      },
      20,
    );
    for (const resolve of later) resolve();
    expect(rows.map(({ SpanName }) => SpanName)).toEqual(['b', 'c']);
    expect(steps?.failedItems).toMatchObject([{ itemIndex: 0, message: /took longer than 20 ms/ }]);
  });

  it('fail their items in the order of these, whichever fails first', async () => {
    let release = (): void => undefined;
    const first = new Promise<void>(resolve => {
      release = resolve;
    });
    const { steps } = await run({
      traces: async row => {
        if (row.SpanName === 'a') await first;
        if (row.SpanName === 'c') release();
        throw new Error(row.SpanName);
      },
    });
    expect(steps?.failedItems.map(({ itemIndex }) => itemIndex)).toEqual([0, 1, 2]);
  });

  it('that reject fail their item', async () => {
    const { steps } = await run({ traces: async row => Promise.reject(new Error(`no ${row.SpanName}`)) });
    expect(steps?.failedItems.map(({ message }) => message)).toEqual(
      ['a', 'b', 'c'].map(name => expect.stringMatching(new RegExp(`: no ${name}$`))),
    );
  });

  it('are told from others, which must not return promises', () => {
    const functions = { traces: () => Promise.resolve() } as FunctionParts['functions'];
    expect(isAsync({ functions })).toBe(false);
    const step = functionStep({
      name: 'my.ts',
      moduleUrl: import.meta.url,
      functions,
      log: () => undefined,
      timeoutMs: 1,
      topicsOf: {} as FunctionParts['topicsOf'],
      ownMessages: new Set(),
    });
    const { steps } = createTransform(allKindsOn(), 'lasting', [step])('traces', 'otlp_json', THREE);
    expect(steps?.failedItems[0]?.message).toMatch(/returned a promise: declare it as async/);
  });
});
