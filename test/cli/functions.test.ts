import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';

/** Modules of users as Node loads them: what vitest imports it compiles itself. */

const write = temporaryFiles();

const REQUEST = JSON.stringify({
  resourceSpans: [
    {
      scopeSpans: [
        { spans: [{ name: 'a' }, { name: 'b', attributes: [{ key: 'k', value: { intValue: '7' } }] }] },
      ],
    },
  ],
});

/** Rows of the request, with the module that has this source. */
function convert(source: string, { file = 'transform.ts', more = '' } = {}) {
  const path = write(file, source);
  const config = write('config.yaml', `transform:\n  module: ${path}\n${more}`);
  return {
    ...otelrows([
      'convert',
      '--config',
      config,
      '--signal',
      'traces',
      '--output',
      'json',
      write('request.json', REQUEST),
    ]),
    path,
  };
}

const names = ({ stdout }: { stdout: string }) =>
  [...stdout.matchAll(/"SpanName":\s*"(.*?)"/g)].map(match => match[1]);

it.each(['rows', 'glassflow', 'trace-json'])(
  'the example %s does what its tests say, and its types fit',
  example => {
    const path = `config/transforms/functions/${example}`;
    const tested = otelrows(['test', '--config', `${path}.yaml`, `${path}.test.yaml`]);
    expect(tested.stdout).toMatch(/^2 of 2 tests passed$/m);
    expect(tested.exitCode).toBe(0);
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      'node',
    ];
    const compiled = spawnSync(process.execPath, [
      'node_modules/typescript/bin/tsc',
      '--ignoreConfig',
      ...options,
      `${path}.ts`,
    ]);
    expect(String(compiled.stdout)).toBe('');
  },
);

describe('a module', () => {
  it.each([
    [
      'TypeScript',
      'transform.ts',
      `import { defineTransform, type FunctionContext } from 'otelrows';
interface Seen { n: number }
const seen: Seen = { n: 0 };
export default defineTransform({ traces(row, ctx: FunctionContext<'traces'>) { row.SpanName = \`\${row.SpanName}\${seen.n++ as number}\`; } });`,
    ],
    ['JavaScript', 'transform.mjs', `let n = 0;\nexport function traces(row) { row.SpanName += n++; }`],
    [
      'JavaScript that says by its syntax what it is',
      'transform.js',
      `let n = 0;\nexport const traces = row => { row.SpanName += n++; };`,
    ],
    ['CommonJS', 'transform.cjs', `let n = 0;\nmodule.exports = { traces(row) { row.SpanName += n++; } };`],
    [
      'an async function',
      'transform.ts',
      `let n = 0;
export async function traces(row) { const own = n++; await new Promise(resolve => setTimeout(resolve, 5 - own)); row.SpanName += own; }`,
    ],
  ])('may be %s', (_, file, source) => {
    const made = convert(source, { file });
    expect(made.stderr).toBe('');
    expect(names(made)).toEqual(['a0', 'b1']);
  });

  it('may import what lies beside it, as compilers want it written or as Node does', () => {
    write('one.ts', `export const one: string = '1';`);
    write('two.ts', `import { one } from './one.js';\nexport const two = one + '2';`);
    const made = convert(
      `import { two } from './two.ts';\nexport function traces(row: { SpanName: string }) { row.SpanName += two; }`,
    );
    expect(names(made)).toEqual(['a12', 'b12']);
  });

  it('may be a package that is installed beside the config', () => {
    const folder = dirname(write('otelrows.yaml', `transform:\n  module: '@acme/rows'\n`));
    const home = join(folder, 'node_modules', '@acme', 'rows');
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(home, 'package.json'),
      '{"name":"@acme/rows","type":"module","exports":{"import":"./rows.js"}}',
    );
    writeFileSync(join(home, 'rows.js'), `export const traces = row => { row.SpanName += '!'; };`);
    writeFileSync(join(folder, 'request.json'), REQUEST);
    const made = otelrows(
      ['convert', '--config', 'otelrows.yaml', '--signal', 'traces', '--output', 'json', 'request.json'],
      { cwd: folder },
    );
    expect(made.stderr).toBe('');
    expect(names(made)).toEqual(['a!', 'b!']);
  });

  it('that throws at an item says so with the line of its file', () => {
    const made = convert(
      `interface Row {\n  SpanName: string;\n}\n\nexport function traces(row: Row) {\n  if (row.SpanName === 'b') throw new Error('no b');\n}\n`,
    );
    expect(names(made)).toEqual(['a']);
    expect(made.stderr).toMatch(
      /item 1 makes no row, but a dead letter: .*transform\.ts: transform\.ts:6: no b/,
    );
  });

  it('that starts something and does not await it is told where, and not that otelrows is wrong', () => {
    const made = convert(
      `export const traces = () => {
  void (async () => { throw new Error('no database'); })();
  return new Promise(resolve => setTimeout(resolve, 50));
};`.replace('() => {', 'async () => {'),
    );
    expect(made.stderr).toMatch(
      /^error: transform\.module: .*transform\.ts: transform\.ts:2: no database\. It was thrown by something that the module had started/,
    );
    expect(made.exitCode).toBe(1);
  });

  it('writes to standard error where rows are the output', () => {
    const made = convert(
      `export const traces = (row, ctx) => ctx.log.warn('met', { name: row.SpanName, n: 1n });`,
    );
    expect(made.stderr).toBe('warn: met {"name":"a","n":"1"}\nwarn: met {"name":"b","n":"1"}\n');
  });
});

it('check tells what is wrong with a module, whether brokers are there or not', () => {
  const module = write('wrong.ts', 'export function trace() {}');
  const { stderr, exitCode } = otelrows([
    'check',
    '--kafka-brokers',
    'localhost:1',
    '--transform-module',
    module,
  ]);
  expect(stderr).toMatch(
    /wrong\.ts exports a function trace, which is no kind of row: did you mean traces\?/,
  );
  expect(exitCode).toBe(2);
});

describe('what is wrong with a module is told before anything is done', () => {
  it.each([
    ['is not there', null, /transform\.module: .*gone\.ts: there is no such file \(seen from /],
    ['is no TypeScript', 'export const traces = (row: = 1;', /cannot be loaded: .*transform\.ts:1: /],
    [
      'is more than types',
      'enum A { B }\nexport const traces = () => A.B;',
      /transform\.ts:1: TypeScript enum is not supported here\. Types are taken out/,
    ],
    [
      'throws',
      `const x = 1;\nthrow new Error('no database');`,
      /cannot be loaded: transform\.ts:2: no database/,
    ],
    ['imports what is not there', `import './gone.ts';`, /cannot be loaded: Cannot find module .*gone\.ts/],
    [
      'exports nothing',
      'export const x = 1;',
      /exports no function for any kind of row: traces, logs, gauge/,
    ],
    [
      'exports a kind that is none',
      'export function trace() {}',
      /exports a function trace, which is no kind of row: did you mean traces\?/,
    ],
    ['exports no function', 'export const traces = 7;', /traces is number: must be a function/],
  ])('%s', (_, source, problem) => {
    const made =
      source === null
        ? otelrows([
            'convert',
            '--signal',
            'traces',
            '--transform-module',
            'gone.ts',
            write('request.json', REQUEST),
          ])
        : convert(source);
    expect(made.stderr).toMatch(problem);
    expect(made.stderr).not.toMatch(/^\s+at /m);
    expect(made.exitCode).toBe(2);
  });
});

it('what functions do is explained, and what other ones would do is compared', () => {
  const one = write(
    'one.ts',
    `import { drop } from 'otelrows';
export const traces = async (row, ctx) => { if (row.SpanName === 'a') return drop('probe'); row.SpanName = 'c'; return [row, ctx.copy()]; };`,
  );
  const other = write('other.ts', `export const traces = row => { row.SpanName = 'c'; };`);
  const request = write('request.json', REQUEST);
  const configs = [one, other].map((module, i) => write(`${i}.yaml`, `transform:\n  module: ${module}\n`));
  const explained = otelrows(['explain', '--config', configs[0] ?? '', '--signal', 'traces', request]);
  expect(explained.stdout).toMatch(/one\.ts.*dropped.*probe/);
  expect(explained.stdout).toMatch(/one\.ts.*changed.*makes 2 rows of it/);
  expect(explained.exitCode).toBe(0);
  const compared = otelrows([
    'diff',
    '--config',
    configs[0] ?? '',
    '--config',
    configs[1] ?? '',
    '--signal',
    'traces',
    request,
  ]);
  expect(compared.stdout).toContain('one.ts drops it: probe');
  expect(compared.exitCode).toBe(1);
});
