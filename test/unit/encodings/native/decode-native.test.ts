import { describe, expect, test } from 'vitest';
import { createTransform } from '../../../../src/create-transform.js';
import { decodeNative, decodeNativeToJson } from '../../../../src/encodings/native/decode-native.js';
import { createRowJoiner } from '../../../../src/encodings/row-joiner.js';
import type { RowKind } from '../../../../src/tables/columns.js';
import { explodeLogs, explodeMetrics, explodeTraces } from '../../../../src/transform/explode-bytes.js';
import { goldenCases } from '../../../golden/golden-cases.js';
import { allKindsOn } from '../../../support/all-kinds-on.js';

type Settings = ReturnType<typeof allKindsOn>;

function settingsOf(encoding: 'native' | 'json', changes: Partial<Settings> = {}): Settings {
  const settings = allKindsOn(changes);
  settings.traces.encoding = encoding;
  settings.logs.encoding = encoding;
  for (const kind of ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'] as const)
    settings.metrics[kind].encoding = encoding;
  return settings;
}

const kindOf = (settings: Settings, topic: string): RowKind => {
  const { traces, logs, metrics } = settings;
  const { key: _, ...metricKinds } = metrics;
  const kinds = Object.entries({ traces, logs, ...metricKinds }) as [RowKind, Settings['traces']][];
  const found = kinds.find(([, output]) => output.topic.name === topic)?.[0];
  if (found === undefined) throw new Error(`no kind has the topic ${topic}`);
  return found;
};

/** Gives the blocks of a request, one for each topic, with the messages of JSON for the same rows. */
function blockMaker(changes: Partial<Settings> = {}) {
  const settings = settingsOf('native', changes);
  const [toNative, toJson] = [createTransform(settings), createTransform(settingsOf('json', changes))];
  const join = createRowJoiner(settings);
  const blocksOf = ({ signal, encoding, value }: (typeof CASES)[number]) => {
    const native = toNative(signal, encoding, value).messages;
    const json = toJson(signal, encoding, value).messages;
    return [...new Set(native.map(({ topic }) => topic))].map(topic => ({
      kind: kindOf(settings, topic),
      block: join(native.filter(message => message.topic === topic)),
      texts: json.filter(message => message.topic === topic).map(({ value }) => String(value)),
    }));
  };
  return { settings, blocksOf };
}

const CASES = goldenCases('decodes');
const read = { traces: explodeTraces, logs: explodeLogs };

describe('decodeNative', () => {
  test.each(['traces', 'logs'] as const)('gives the rows back that %s were exploded into', signal => {
    const cases = CASES.filter(golden => golden.signal === signal);
    expect(cases.length).toBeGreaterThan(5);
    const { settings, blocksOf } = blockMaker();
    for (const golden of cases) {
      for (const { kind, block } of blocksOf(golden)) {
        const rows = decodeNative(kind, block, settings);
        expect(rows.map(({ row }) => row)).toEqual(read[signal](golden.value, { encoding: golden.encoding }));
        expect(rows.every(({ rowId, added }) => rowId === null && Object.keys(added).length === 0)).toBe(
          true,
        );
      }
    }
  });

  test('gives the rows of metrics back, with times in whole seconds where the columns have no more', () => {
    const cases = CASES.filter(({ signal }) => signal === 'metrics');
    expect(cases.length).toBeGreaterThan(5);
    const whole = blockMaker({ metric_time: 'nanoseconds' });
    const cut = blockMaker();
    for (const golden of cases) {
      const exploded = explodeMetrics(golden.value, { encoding: golden.encoding });
      for (const { kind, block } of whole.blocksOf(golden)) {
        const rows = decodeNative(kind, block, whole.settings).map(({ row }) => row);
        expect(rows).toEqual(exploded.filter(of => of.kind === kind).map(({ row }) => row));
      }
      for (const { kind, block } of cut.blocksOf(golden)) {
        for (const { row } of decodeNative(kind, block, cut.settings))
          expect('TimeUnix' in row && row.TimeUnix % 1_000_000_000n).toBe(0n);
      }
    }
  });

  test('gives the columns that rules add, null where an item does not have the attribute', () => {
    const promote = { attribute: 'http.status_code', column: 'Code', type: 'integer' as const };
    const settings = settingsOf('native', {
      transform: { ...allKindsOn().transform, rules: [{ name: 'code', for: ['traces'], promote }] as never },
    });
    const span = (value: string | null) => ({
      name: 'a',
      attributes: value === null ? [] : [{ key: 'http.status_code', value: { intValue: value } }],
    });
    const request = { resourceSpans: [{ scopeSpans: [{ spans: [span('200'), span(null)] }] }] };
    const { messages } = createTransform(settings)('traces', 'auto', Buffer.from(JSON.stringify(request)));
    const block = createRowJoiner(settings)(messages);

    expect(decodeNative('traces', block, settings).map(({ added }) => added)).toEqual([
      { Code: 200n },
      { Code: null },
    ]);
    expect(() => decodeNative('traces', block)).toThrow(/promoted columns/);
  });

  test.each([Buffer.alloc(0), Buffer.from('{"Timestamp":1}'), Buffer.alloc(64, 255)])(
    'refuses what is no block: %s',
    bytes => {
      expect(() => decodeNative('logs', bytes)).toThrow(
        new RegExp(
          `^${bytes.length} bytes are no block of ClickHouse's Native format with the columns of logs`,
        ),
      );
      expect(() => decodeNativeToJson('logs', bytes)).toThrow(TypeError);
    },
  );
});

describe('decodeNativeToJson', () => {
  test.each(['clickhouse', 'glassflow'] as const)(
    'gives the text that encoding: json has, in %s format',
    format => {
      const { settings, blocksOf } = blockMaker({ row_format: format });
      for (const golden of CASES) {
        // Glassflow's messages have more decimals of metric times than their columns.
        if (format === 'glassflow' && golden.signal === 'metrics') continue;
        for (const { kind, block, texts } of blocksOf(golden))
          expect(decodeNativeToJson(kind, block, settings)).toEqual(texts);
      }
    },
  );
});
