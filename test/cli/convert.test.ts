import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import type { Signal } from '../../src/transform/decode/otlp.js';
import { goldenCases } from '../golden/golden-cases.js';
import { allKindsOn } from '../support/all-kinds-on.js';
import { HOSTILE_RECORDS } from '../support/hostile-records.js';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';

const write = temporaryFiles();

interface Line {
  topic: string;
  key: string | null;
  keyBase64?: string;
  headers: Record<string, string>;
  value: string;
}

const linesOf = (stdout: string): Line[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));

function framed(records: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    records.flatMap(record => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(record.length);
      return [length, record];
    }),
  );
}

/** A request with one log record, whose `service.name` has these bytes. */
function logsOf(serviceName: number[]): Buffer {
  const field = (number: number, content: Uint8Array) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
  const name = field(1, Buffer.from('service.name'));
  const value = field(2, field(1, Buffer.from(serviceName)));
  const resource = field(1, field(1, Buffer.concat([name, value])));
  return field(1, Buffer.concat([resource, field(2, field(2, Buffer.alloc(0)))]));
}

const POINTS_OF_TWO_KINDS = JSON.stringify({
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeMetrics: [
        {
          metrics: [
            {
              name: 'requests',
              sum: {
                dataPoints: [
                  { asInt: '9007199254740993', timeUnixNano: '1760003312000000000' },
                  { asDouble: 0.1 },
                ],
              },
            },
            { name: 'load', gauge: { dataPoints: [{ asDouble: 'NaN' }] } },
          ],
        },
      ],
    },
  ],
});

describe('otelrows convert', () => {
  it.each<Signal>(['traces', 'logs', 'metrics'])(
    'writes what a worker would for many requests of %s in both encodings',
    signal => {
      for (const row_format of ['clickhouse', 'glassflow'] as const) {
        const requests = goldenCases('decodes').filter(golden => golden.signal === signal);
        const transform = createTransform(allKindsOn({ row_format }));
        const messages = requests.flatMap(({ value }) => transform(signal, 'auto', value).messages);
        const file = write(signal, framed(requests.map(({ value }) => value)));

        const { exitCode, stdout, stderr } = otelrows([
          'convert',
          '--signal',
          signal,
          '--row-format',
          row_format,
          '--length-prefixed',
          file,
        ]);

        expect(exitCode).toBe(0);
        expect(stderr).toMatch(/^(\S+: message \d+: .*, so it makes no rows\n)+$/);
        expect(messages.length).toBeGreaterThan(0);
        expect(linesOf(stdout)).toEqual(
          messages.map(({ topic, key, value }) => ({
            topic,
            key: key?.toString() ?? null,
            headers: {},
            value: value.toString(),
          })),
        );
      }
    },
  );

  it('reads standard input', () => {
    const request = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hello"}}]}]}]}';
    const { exitCode, stdout } = otelrows(['convert', '--signal', 'logs', '-'], { input: request });
    expect(exitCode).toBe(0);
    expect(linesOf(stdout)).toEqual([
      { topic: 'otel-logs', key: null, headers: {}, value: expect.stringContaining('"Body":"hello"') },
    ]);
  });

  it('writes one block for each kind of a record, and shows the rows in it as JSON', () => {
    const file = write('metrics.json', POINTS_OF_TWO_KINDS);
    const convert = (...args: string[]) => otelrows(['convert', '--signal', 'metrics', file, ...args]).stdout;
    const native = ['--metrics-sum-encoding', 'native', '--metrics-gauge-encoding', 'native'];
    const lines = convert(...native)
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
    expect(lines).toEqual([
      { topic: 'otel-metrics-sum', key: null, headers: {}, valueBase64: expect.any(String) },
      { topic: 'otel-metrics-gauge', key: null, headers: {}, valueBase64: expect.any(String) },
    ]);
    const [sums, gauges] = lines.map(({ valueBase64 }) => Buffer.from(valueBase64, 'base64'));
    expect([sums, gauges].map(block => block?.includes('IsMonotonic'))).toEqual([true, false]);
    // The second varuint of a block is how many rows it has.
    expect(sums?.[1]).toBe(2);
    for (const form of ['json', 'table']) {
      expect(convert(...native, '--output', form)).toBe(convert('--output', form));
    }
  });

  it('adds the bytes of a key that is not UTF-8', () => {
    const { stdout } = otelrows(['convert', '--signal', 'logs', '-'], { input: logsOf([0x61, 0xff]) });
    expect(linesOf(stdout)).toMatchObject([{ key: 'a\ufffd', keyBase64: 'Yf8=' }]);
  });

  it.each([
    ['nothing', 'traces', '', 'empty, so it makes no rows'],
    ['an empty request', 'logs', '{"resourceLogs":[]}', 'an empty request, so it makes no rows'],
    [
      'a request in the spelling of 2021',
      'traces',
      '{"resourceSpans":[{"instrumentationLibrarySpans":[{"spans":[{"name":"a"}]}]}]}',
      'holds something, but no span; the first field that OTLP does not know is resourceSpans[0].instrumentationLibrarySpans (byte 19), so it makes no rows',
    ],
  ])('says why there are no rows of %s', (_, signal, content, note) => {
    const file = write('no-rows', content);
    expect(otelrows(['convert', '--signal', signal, file])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: `${file}: ${note}\n`,
    });
  });

  it('tells the signal by what a file holds, without what is around it', () => {
    const request = readFileSync('test/golden/corpus/app-otlp.logs.binpb');
    const prefixed = Buffer.concat([Buffer.from([0, 0, 0, 0, 7, 0]), request]);
    for (const input of [request, gzipSync(request), prefixed, Buffer.from('{"resourceLogs":[]}')]) {
      const plain = otelrows(['convert', '--signal', 'logs', '-'], { input });
      expect(otelrows(['convert', '-'], { input })).toEqual({ ...plain, stderr: expect.anything() });
    }
    const bodyOnly = Buffer.from('0a09120712052a030a0161', 'hex');
    expect(otelrows(['convert', '-'], { input: bodyOnly })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /^error: standard input cannot be decoded: .*Say which, such as --signal logs\n$/,
      ),
    });
  });

  it('says so of a file without any message, and of items that are switched off', () => {
    expect(otelrows(['convert', '--signal', 'logs', '--length-prefixed', '-'], { input: '' }).stderr).toBe(
      'standard input: empty, so there is no message in it\n',
    );
    const many = framed(Array.from({ length: 13 }, () => logsOf([0x61])));
    const args = ['convert', '--signal', 'logs', '--logs-enabled', 'false', '--length-prefixed', '-'];
    const lines = otelrows(args, { input: many }).stderr.trim().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('standard input: message 1: 1 of 1 items make no row: their kind is switched off');
    expect(lines[10]).toBe('standard input: 3 more messages to be noted');
  });

  it('takes several files, and names each beside its rows', () => {
    const [first, second] = [write('first', logsOf([0x61])), write('second', logsOf([0x62]))];
    const convert = (...args: string[]) => otelrows(['convert', '--signal', 'logs', first, second, ...args]);
    expect(linesOf(convert().stdout)).toMatchObject([
      { file: first, key: 'a' },
      { file: second, key: 'b' },
    ]);
    expect(convert('--output', 'table').stdout.match(/^═══ .*$/gm)).toEqual([
      `═══ ${first}`,
      `═══ ${second}`,
    ]);
    expect(linesOf(otelrows(['convert', '--signal', 'logs', first]).stdout)[0]).not.toHaveProperty('file');
  });

  it('reads standard input where no file is named', () => {
    const { stdout } = otelrows(['convert', '--signal', 'logs'], { input: logsOf([0x61]) });
    expect(linesOf(stdout)).toMatchObject([{ key: 'a' }]);
  });

  it('takes a file of JSON lines for one message of several requests', () => {
    const request = (text: string) =>
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"${text}"}}]}]}]}`;
    const file = write('lines.json', ['one', 'two', 'three'].map(request).join('\n'));
    const rows = linesOf(otelrows(['convert', '--signal', 'logs', file]).stdout).map(({ value }) =>
      JSON.parse(value),
    );
    expect(rows.map(({ Body }) => Body)).toEqual(['one', 'two', 'three']);
  });

  it('has every kind of metric on, but for those that the config switches off', () => {
    const config = write('off.yaml', 'metrics:\n  sum: { enabled: false }\n  gauge: { enabled: false }\n');
    const point = '[{"asInt":"1"}]';
    const kinds = `{"name":"g","gauge":{"dataPoints":${point}}},{"name":"s","sum":{"dataPoints":${point}}},{"name":"y","summary":{"dataPoints":[{}]}}`;
    const request = `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[${kinds}]}]}]}`;
    const topics = (...args: string[]) =>
      linesOf(otelrows(['convert', '--signal', 'metrics', ...args, '-'], { input: request }).stdout).map(
        ({ topic }) => topic,
      );
    expect(topics()).toEqual(['otel-metrics-gauge', 'otel-metrics-sum', 'otel-metrics-summary']);
    expect(topics('--config', config)).toEqual(['otel-metrics-summary']);
    expect(topics('--metrics-summary-enabled', 'false')).toEqual(['otel-metrics-gauge', 'otel-metrics-sum']);
  });

  it('adds headers where the config asks for them', () => {
    const { stdout } = otelrows(['convert', '--signal', 'logs', '--headers', 'standard', '-'], {
      input: logsOf([0x61]),
    });
    expect(linesOf(stdout)).toMatchObject([
      { key: 'a', headers: { 'otelrows.signal': 'logs', 'otelrows.row_format': 'clickhouse' } },
    ]);
  });

  it('needs no files that only a connection needs', () => {
    const config = write('tls.yaml', 'kafka: { tls: { enabled: true, ca_file: /no/such } }');
    expect(otelrows(['convert', '--signal', 'logs', '-c', config, '-'], { input: '' }).exitCode).toBe(0);
  });

  it('shows rows as indented JSON that is still the same', () => {
    const lines = linesOf(otelrows(['convert', '--signal', 'logs', '-'], { input: logsOf([0x61]) }).stdout);
    const { stdout } = otelrows(['convert', '--signal', 'logs', '--output', 'json', '-'], {
      input: logsOf([0x61]),
    });
    expect(stdout).toMatch(/^\{\n {2}"/);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(lines[0]?.value ?? ''));
  });

  it('shows rows for reading', () => {
    const { stdout } = otelrows(['convert', '--signal', 'logs', '--output', 'table', '-'], {
      input: logsOf([0x61]),
    });
    expect(stdout).toMatch(/^── otel-logs · key a ─+\n/);
    expect(stdout).toMatch(/^ResourceAttributes {2}service\.name: a$/m);
  });

  it('shows times for reading, unless the user has set their form', () => {
    const input =
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1760003312123456789"}]}]}]}';
    const timeOf = (...args: string[]) =>
      /^Timestamp +(.*)$/m.exec(
        otelrows(['convert', '--signal', 'logs', '--output', 'table', ...args], { input }).stdout,
      )?.[1];
    expect(timeOf()).toBe('2025-10-09 09:48:32.123456789');
    expect(timeOf('--time-format', 'rfc3339')).toBe('2025-10-09T09:48:32.123456789Z');
  });

  it('stops quietly when its reader has seen enough', async () => {
    const file = write('long', framed(Array.from({ length: 20_000 }, () => logsOf([0x61]))));
    const child = spawn(
      process.execPath,
      ['dist/main.js', 'convert', '--signal', 'logs', '--length-prefixed', file],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const closed = once(child, 'close');
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await closed).toEqual([0, null]);
    expect(stderr).toBe('');
  });
});

describe('a file that cannot be converted', () => {
  const refused = (args: string[], input: Buffer | string = '') => {
    const { exitCode, stderr } = otelrows(['convert', '--signal', 'logs', ...args], { input });
    return { exitCode, stderr };
  };

  it.each([
    ['is not there', ['no-such-file'], 'error: no-such-file does not exist\n'],
    ['is a folder', ['test'], 'error: test is a directory\n'],
  ])('%s', (_, args, stderr) => {
    expect(refused(args)).toEqual({ exitCode: 2, stderr });
  });

  it('has a line that names it and the place', () => {
    const file = write('garbage.bin', Buffer.from([0x0a, 0x05, 0x0a]));
    const { exitCode, stderr } = refused([file]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: \S+garbage\.bin cannot be decoded as otlp_proto: .*\(byte \d+\)\n$/);
  });

  it('is JSON where protobuf was asked for', () => {
    expect(refused(['--encoding', 'otlp_proto', '-'], Buffer.from('{"resourceLogs":[]}'))).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(/^error: standard input cannot be decoded as otlp_proto: .*JSON.*\n$/),
    });
  });

  it('has the requests before the bad one written, and names that one', () => {
    const good = logsOf([0x61]);
    const file = write('second-bad', framed([good, Buffer.from([0xff])]));
    const { exitCode, stdout, stderr } = otelrows(['convert', '--signal', 'logs', '--length-prefixed', file]);
    expect(exitCode).toBe(2);
    expect(linesOf(stdout)).toHaveLength(1);
    expect(stderr).toMatch(/^error: \S+second-bad: message 2 cannot be decoded as otlp_proto: .*\n$/);
  });

  it('does not keep the other files from being converted', () => {
    const [bad, good] = [write('bad', Buffer.from([0xff])), write('good', logsOf([0x61]))];
    const { exitCode, stdout, stderr } = otelrows(['convert', '--signal', 'logs', 'no-such', bad, good]);
    expect(exitCode).toBe(2);
    expect(linesOf(stdout)).toMatchObject([{ file: good }]);
    expect(stderr.split('\n')).toEqual([
      'error: 2 of 3 files cannot be converted:',
      '  no-such does not exist',
      expect.stringMatching(/^ {2}\S+bad cannot be decoded as otlp_proto: /),
      '',
    ]);
  });

  it('ends within a request', () => {
    expect(refused(['--length-prefixed', '-'], framed([logsOf([0x61])]).subarray(0, 20))).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(
        /^error: standard input: message 1 is cut off: 16 of \d+ bytes are there\n$/,
      ),
    });
  });

  it('names a row that is too large to be made', () => {
    const { value } = HOSTILE_RECORDS['text: plain'](33 * 2 ** 20);
    const file = write('large', value);
    const { exitCode, stdout, stderr } = otelrows(['convert', '--signal', 'logs', file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`${file}: the row of item 0 would have more than 33554432 bytes`);
  });
});
