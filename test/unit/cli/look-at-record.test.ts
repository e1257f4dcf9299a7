import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { describeLooks } from '../../../src/cli/check/describe-looks.js';
import { type Look, lookAtRecord } from '../../../src/cli/check/look-at-record.js';
import type { Input } from '../../../src/config/inputs.js';
import { createTransform } from '../../../src/create-transform.js';
import { allKindsOn } from '../../support/all-kinds-on.js';
import { spansRequest } from '../../support/requests.js';
import { record } from '../../support/scripted-kafka.js';

const SPANS_IN_JSON = spansRequest(0, 3);
const LOGS_IN_PROTOBUF = readFileSync('test/golden/corpus/attribute-values.logs.binpb');
const EMPTY_REQUEST = Buffer.from('{"resourceSpans":[]}');
const all = createTransform(allKindsOn());

function look(value: Buffer | null, input: Partial<Input> = {}, transform = all): Promise<Look> {
  const traces: Input = { topic: 'in', signal: 'traces', encoding: 'auto', framing: 'auto' };
  return lookAtRecord(
    { ...record(2, 17), topic: 'in', value },
    { ...traces, ...input },
    {
      transform,
      recordBytesMax: 67_108_864,
    },
  );
}

describe('one record of an input', () => {
  it('has items, in an encoding', async () => {
    expect(await look(SPANS_IN_JSON)).toEqual({
      kind: 'items',
      signal: 'traces',
      encoding: 'otlp_json',
      itemCount: 3,
      filteredCount: 0,
    });
  });

  it.each([
    ['a tombstone', null],
    ['an empty value', Buffer.alloc(0)],
    ['an empty request', EMPTY_REQUEST],
  ])('is empty: %s', async (_, value) => {
    expect(await look(value)).toEqual({ kind: 'empty' });
  });

  it('is empty: a tombstone, also where the encoding has no empty value', async () => {
    expect(await look(null, { encoding: 'otlp_json' })).toEqual({ kind: 'empty' });
  });

  it('is of another signal, and names the setting', async () => {
    expect(await look(LOGS_IN_PROTOBUF)).toMatchObject({
      kind: 'refused',
      record: 'in-2 offset 17',
      reason: 'wrong_signal',
      remedy: { setting: 'signal', value: 'logs' },
    });
    expect(await look(SPANS_IN_JSON, { signal: 'metrics' })).toMatchObject({
      reason: 'wrong_signal',
      remedy: { setting: 'signal', value: 'traces' },
    });
  });

  it('is in another encoding, and names the setting', async () => {
    expect(await look(SPANS_IN_JSON, { encoding: 'otlp_proto' })).toMatchObject({
      reason: 'wrong_encoding',
      remedy: { setting: 'encoding', value: 'otlp_json' },
    });
  });

  it.each([
    ['compressed, and damaged', gzipSync(SPANS_IN_JSON).subarray(0, 40)],
    ['another program’s', Buffer.from('level=info msg=hello')],
  ])('would become a dead letter, and no setting helps: %s', async (_, value) => {
    expect(await look(value)).toMatchObject({ kind: 'refused', remedy: null });
  });
});

it('a request is looked at without what is around it', async () => {
  const prefixed = Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), LOGS_IN_PROTOBUF]);
  expect(await look(gzipSync(SPANS_IN_JSON))).toEqual(await look(SPANS_IN_JSON));
  expect(await look(prefixed, { signal: 'auto' })).toEqual(await look(LOGS_IN_PROTOBUF, { signal: 'logs' }));
});

describe('a record that holds something and no item', () => {
  const OF_2021 = Buffer.from(
    '{"resourceSpans":[{"instrumentationLibrarySpans":[{"spans":[{"name":"a"}]}]}]}',
  );

  it('is suspicious, and told with its first unknown field', async () => {
    const found = await look(OF_2021);
    expect(found).toMatchObject({ kind: 'suspicious', record: 'in-2 offset 17' });
    const [finding] = describeLooks('in', [found, await look(SPANS_IN_JSON)]).filter(
      ({ level }) => level === 'warning',
    );
    expect(finding?.text).toMatch(
      /^in: no rows, and no dead letters: .*instrumentationLibrarySpans.* \(1 of 2 records read, such as in-2 offset 17\)$/,
    );
  });
});

describe('what is told of a topic', () => {
  const told = (looks: Look[]) => describeLooks('in', looks).map(({ level, text }) => `${level}: ${text}`);

  it('when all is well', async () => {
    expect(told([await look(SPANS_IN_JSON), await look(spansRequest(0, 20))])).toEqual([
      'ok: in: traces in otlp_json, 3 to 20 spans each (2 of 2 records read)',
    ]);
    expect(told([await look(LOGS_IN_PROTOBUF, { signal: 'logs' })])).toEqual([
      expect.stringMatching(/^ok: in: logs in otlp_proto, \d+ log records each \(1 of 1 records read\)$/),
    ]);
  });

  it('when signals share it', async () => {
    const shared = { signal: 'auto' } as const;
    expect(
      told([
        await look(LOGS_IN_PROTOBUF, shared),
        await look(SPANS_IN_JSON, shared),
        await look(SPANS_IN_JSON, shared),
      ]),
    ).toEqual([
      'ok: in: traces in otlp_json, 3 spans each (2 of 3 records read)',
      expect.stringMatching(/^ok: in: logs in otlp_proto, \d+ log records each \(1 of 3 records read\)$/),
    ]);
  });

  it('when nothing tells the signal: what does', async () => {
    const bodyOnly = await look(Buffer.from('0a09120712052a030a0161', 'hex'), { signal: 'auto' });
    expect(bodyOnly).toMatchObject({ kind: 'refused', reason: 'unknown_signal', remedy: null });
    expect(told([bodyOnly])).toEqual([
      expect.stringMatching(
        /^problem: .* unknown_signal: .*\. Set signal_header: true in the Kafka exporter, or signal of this input/,
      ),
    ]);
  });

  it('when some are empty, or all', async () => {
    expect(told([await look(SPANS_IN_JSON), await look(null)])).toEqual([
      'ok: in: traces in otlp_json, 3 spans each (1 of 2 records read)',
      'ok: in: empty, so no rows (1 of 2 records read)',
    ]);
    expect(told([await look(null), await look(EMPTY_REQUEST)])).toEqual([
      'warning: in: empty, so no rows (2 of 2 records read)',
    ]);
  });

  it('when the signal is wrong: a problem, with the setting', async () => {
    expect(told([await look(LOGS_IN_PROTOBUF), await look(LOGS_IN_PROTOBUF)])).toEqual([
      'problem: in: would become dead letters, wrong_signal: holds logs, but is read as traces ' +
        '(2 of 2 records read, such as in-2 offset 17). Set signal: logs of this input (inputs)',
    ]);
  });

  it('when signals are mixed: a warning, with what helps', async () => {
    expect(told([await look(SPANS_IN_JSON), await look(LOGS_IN_PROTOBUF)])).toEqual([
      expect.stringMatching(/^ok: in: traces .*\(1 of 2 records read\)$/),
      expect.stringMatching(
        /^warning: in: would become dead letters, wrong_signal: .*\. Set signal: auto of this input \(inputs\), or let each signal have a topic of its own$/,
      ),
    ]);
  });

  it('when all items are of a kind that is switched off', async () => {
    const off = createTransform({ ...allKindsOn(), traces: { ...allKindsOn().traces, enabled: false } });
    expect(told([await look(SPANS_IN_JSON, {}, off)])).toEqual([
      expect.stringMatching(/^warning: .* 3 of all 3 make no row, .*traces\.enabled/),
    ]);
  });
});
