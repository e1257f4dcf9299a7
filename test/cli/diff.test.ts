import { expect, it } from 'vitest';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';

const write = temporaryFiles();

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

const REQUEST = JSON.stringify({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            { name: 'health' },
            { name: 'users', attributes: [text('user.email', 'a@b.c'), text('code', '200')] },
            { name: 'odd', attributes: [text('code', 'many')] },
            { name: 'plain' },
          ],
        },
      ],
    },
  ],
});

const config = (name: string, ...rules: string[]) =>
  write(name, `transform:\n  rules:\n${rules.map(rule => `    - ${rule}\n`).join('')}`);

const HEALTH = '{ name: health, for: [traces], drop: true, when: { column: SpanName, equals: health } }';
const MASK = '{ name: mask, for: [traces], redact: { keys: [user.email] } }';
const CODE = '{ name: code, for: [traces], promote: { attribute: code, column: Code, type: integer } }';
const VIP = '{ name: vip, for: [traces], when: { column: SpanName, equals: plain }, route: { topic: vip } }';

/** Without the folder of the file, and lines. */
const readable = (stdout: string) =>
  stdout.replaceAll(/\S+request\.json/g, 'request.json').replaceAll(/ ─+$/gm, '');

const request = () => write('request.json', REQUEST);

it('convert --diff shows what rules change in a file, item by item and in all', () => {
  const rules = config('rules.yaml', HEALTH, MASK, CODE);
  const { exitCode, stdout } = otelrows(['convert', '--config', rules, '--diff', request()]);
  expect(exitCode).toBe(0);
  expect(readable(stdout)).toMatchInlineSnapshot(`
    "── request.json · item 0 · health
       no row: health drops it
    ── request.json · item 1 · users
       SpanAttributes.user.email: "a@b.c" → "***"
       Code: nothing → 200
    ── request.json · item 2 · odd
       a dead letter: code fails: the attribute code is "many", which fits no column of the type integer

    1 record with 4 items: 1 row the same, 1 changed, 2 gone, 0 new.
    Dead letters of what differs: 0 before, 1 after.
    New columns: Code

    Columns that changed
      1  SpanAttributes.user.email
      1  Code

    Without a row now
      1  no row: health drops it
      1  a dead letter: code fails
    "
  `);
});

it('convert --diff says of a config without rules that nothing differs, and has no other form', () => {
  expect(otelrows(['convert', '--diff', request()])).toEqual({
    exitCode: 0,
    stdout: 'No differences in 1 record with 4 items: 4 rows are the same.\n',
    stderr:
      'note: the config has no transforms (transform.rules, transform.module), so rows are as items come\n',
  });
  const both = otelrows(['convert', '--diff', '--output', 'json', request()]);
  expect([both.exitCode, both.stderr]).toEqual([
    2,
    expect.stringContaining("cannot be used with option '-o, --output"),
  ]);
});

it('diff shows what another config would change, with examples, and its exit code says whether it would', () => {
  const [a, b] = [config('a.yaml', HEALTH, MASK), config('b.yaml', MASK, CODE, VIP)];
  const { exitCode, stdout } = otelrows(['diff', '--config', a, '--config', b, request()]);
  expect(exitCode).toBe(1);
  expect(readable(stdout)).toMatchInlineSnapshot(`
    "1 record with 4 items: 0 rows the same, 2 changed, 1 gone, 1 new.
    Dead letters of what differs: 0 before, 1 after.
    New columns: Code

    Columns that changed
      1  Code
           nothing → 200  request.json item 1: users

    Rows for another topic
      1  otel-traces → vip
           request.json item 3: plain

    Without a row now
      1  a dead letter: code fails
           request.json item 2: odd: the attribute code is "many", which fits no column of the type integer

    With a row now
      1  there was no row: health drops it
           request.json item 0: health
    "
  `);
  const same = otelrows(['diff', '-c', a, '-c', a, request()]);
  expect(same).toMatchObject({
    exitCode: 0,
    stdout: 'No differences in 1 record with 4 items: 3 rows are the same, 1 without a row in both.\n',
  });
});

it('diff says of records that neither config can decode, and has nothing to compare where there are no others', () => {
  const [a, bad] = [config('a.yaml', MASK), write('bad.json', 'hello')];
  const some = otelrows(['diff', '-c', a, '-c', a, bad, request()]);
  expect([some.exitCode, some.stdout]).toEqual([
    0,
    expect.stringMatching(/Dead letters with both\n +1 {2}malformed\n +\S+bad\.json/),
  ]);
  const none = otelrows(['diff', '-c', a, '-c', a, bad]);
  expect([none.exitCode, none.stderr]).toEqual([1, expect.stringContaining('there is nothing to compare')]);
});

it('diff has the same as JSON, and compares rows of different encodings by what they hold', () => {
  const [a, b] = [config('a.yaml', MASK), write('native.yaml', 'traces: { encoding: native }\n')];
  const { exitCode, stdout } = otelrows(['diff', '-c', a, '-c', b, '--output', 'json', request()]);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    records: 1,
    items: 4,
    same: 3,
    changed: 1,
    added: 0,
    removed: 0,
  });
});

it.each([
  [['-c', 'a.yaml', 'x.json'], '--config otelrows.yaml --config new.yaml (there is 1)'],
  [['-c', '/no/a.yaml', '-c', '/no/b.yaml', 'x.json'], '/no/a.yaml'],
])('diff %j is refused', (args, problem) => {
  const { exitCode, stderr } = otelrows(['diff', ...args]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(problem)]);
});
