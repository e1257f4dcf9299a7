import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { otelrows } from '../support/otelrows.js';
import { startCommand } from '../support/start-command.js';
import { temporaryFiles } from '../support/temporary-files.js';
import { untilTrue } from '../support/worker.js';

const write = temporaryFiles();

const RULES = `transform:
  rules:
    - { name: no-health, for: [traces], drop: true, when: { column: SpanName, equals: health } }
    - { name: code, for: [traces], promote: { attribute: code, column: Code, type: integer } }
    - { name: tenant, set: { resource: tenant, from: { header: tenant } } }
    - { name: idle, for: [logs], drop: true }
`;

const INPUT = `    headers: { tenant: acme }
    input:
      resourceSpans:
        - scopeSpans:
            - spans:
                - { name: health }
                - { name: a, attributes: [{ key: code, value: { intValue: '200' } }] }
                - { name: b, attributes: [{ key: code, value: { stringValue: many } }] }
`;

const EXPECTED = `    expect:
      rows: [{ SpanName: a, Code: 200, ResourceAttributes: { tenant: acme }, topic: otel-traces }]
      dropped: { no-health: 1 }
      dead_letters: [{ item: 2, rule: code }]
`;

const run = (tests: string, ...args: string[]) =>
  otelrows(['test', '--config', write('config.yaml', RULES), write('tests.yaml', tests), ...args]);

it('passes when rows, dropped items and dead letters are as expected, and names rules that nothing matched', () => {
  const { exitCode, stdout } = run(`tests:\n  - name: all three\n${INPUT}${EXPECTED}`);
  expect(stdout).toBe(`✓ all three
Note: no test has an item that the rule idle matches
1 of 1 tests passed
`);
  expect(exitCode).toBe(0);
});

it('shows what differs, with its input, and what nobody expected', () => {
  const junit = write('junit.xml', '');
  const { exitCode, stdout, stderr } = run(
    `tests:
  - name: too little
${INPUT}    expect:
      rows: [{ SpanName: a, Code: 201 }, { SpanName: b }]
  - name: all three
${INPUT}${EXPECTED}`,
    '--junit',
    junit,
  );
  expect(stdout).toMatch(/^✗ too little {2}.*tests\.yaml:2$/m);
  expect(stdout).toContain(`    rows
      - expected "2 rows"
      + got      "1 rows"
    rows[0].Code
      - expected 201
      + got      200
    rows[1]
      - expected {"SpanName":"b"}
      + got      nothing
    dead_letters[0]
      - expected nothing
      + got      {"item":2,"rule":"code","message":"the attribute code is \\"many\\", which fits no column of the type integer"}
    input: {"resourceSpans"`);
  expect(stdout).toContain('1 of 2 tests passed');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('1 of 2 tests failed')]);
  expect(readFileSync(junit, 'utf8')).toContain('tests="2" failures="1"');
});

it.each([
  ['tests: []', 'tests is []: must be a list of tests'],
  ['tests:\n  - name: a\n    expct: {}', 'tests.0.expct is not a known key'],
  ['tests:\n  - name: a\n    expect: {}', 'a needs one of input'],
  ['tests: [', 'tests.yaml:1'],
])('says what is wrong with %j', (tests, problem) => {
  const { exitCode, stderr } = run(tests);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(problem)]);
});

it('runs the example of the documentation', () => {
  const { exitCode, stdout } = otelrows([
    'test',
    '--config',
    'config/transforms/promote-attributes.yaml',
    'config/transforms/otelrows.test.yaml',
  ]);
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('1 of 1 tests passed')]);
});

it('writes what is there into the tests with --update, and leaves all else of the file as it is', () => {
  const config = write('config.yaml', RULES);
  const before = `# our tests
tests:
  - name: 'all three'   # the first
${INPUT}    expect:
      rows: [{ SpanName: 'a', Code: 201,   topic: otel-traces }]  # one row
      dropped: { no-health: 1 }

  - name: nothing known yet
${INPUT}    expect:
      rows: []
`;
  const file = write('updated.yaml', before);
  const { exitCode, stdout } = otelrows(['test', '--config', config, '--update', file]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^↻ all three {2}.*\n {4}rows\[0\].Code\n/);
  expect(stdout).toMatch(/^0 of 2 tests passed, 2 updated$/m);
  const letters =
    'dead_letters: [ { item: 2, rule: code, message: \'the attribute code is "many", which fits no column of the type integer\' } ]\n';
  const [first = '', second = ''] = before.replace('201', '200').split('\n  - name: nothing known yet');
  expect(readFileSync(file, 'utf8')).toBe(
    `${first}      ${letters}\n  - name: nothing known yet${second.replace(
      'rows: []\n',
      `rows:
        - { Timestamp: "0000000000.000000000", SpanName: a, SpanKind: Unspecified, ResourceAttributes: { tenant: acme }, SpanAttributes: { code: "200" }, Duration: 0, StatusCode: Unset, Code: 200, topic: otel-traces }
      ${letters}`,
    )}`,
  );
  expect(otelrows(['test', '--config', config, file]).exitCode).toBe(0);
});

it('with --update fails for what cannot be expected', () => {
  const { exitCode, stdout } = run(
    'tests: [{ name: a, input: { resourceSpans: 7 }, expect: { rows: [] } }]',
    '--update',
  );
  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringContaining('not updated: a record that is a dead letter'),
  ]);
});

it('with --watch runs again when a file changes, says what is wrong with it, and ends with Ctrl-C', async () => {
  const request = write('request.json', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]}]}]}');
  const tests = write(
    'watched.yaml',
    'tests: [{ name: named file, input_file: request.json, expect: { rows: [{ SpanName: b }] } }]',
  );
  const watching = startCommand('test', {}, ['--watch', tests]);
  const times = (text: string) => (watching.stdout() + watching.stderr()).split(text).length - 1;
  await untilTrue(() => times('Watching 3 files') === 1);
  expect(times('0 of 1 tests passed')).toBe(1);
  writeFileSync(request, '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"b"}]}]}]}');
  await untilTrue(() => times('1 of 1 tests passed') === 1);
  await untilTrue(() => times('Watching 3 files') === 2);
  writeFileSync(tests, 'tests: [');
  await untilTrue(() => times('watched.yaml:1') === 1);
  await untilTrue(() => times('Watching 3 files') === 3);
  watching.process.kill('SIGINT');
  expect(await watching.ended).toBe(0);
});
