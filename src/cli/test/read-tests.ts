import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import {
  type Check,
  isMap,
  list,
  shape,
  someText,
  wholeNumber,
  within,
  word,
  wrong,
} from '../../config/rules/shape.js';
import { InputInvalid } from '../../errors.js';

/** What shall become of an input. What is left out is not compared, but for dead letters, of which there are none then. */
export interface Expected {
  /** One for each row, in order; of each, the columns that are named, of maps their members. */
  rows?: ExpectedRow[];
  /** Items that make no row because rules dropped them, by rule. */
  dropped?: Record<string, number>;
  dead_letters?: { item: number; rule?: string; message?: string }[];
}

/** Columns by name; beside them the topic and the key of the message. */
export type ExpectedRow = Record<string, unknown> & { topic?: string; key?: string | null };

export interface TransformTest {
  name: string;
  file: string;
  /** Which of the tests of its file. */
  index: number;
  /** Where it stands: `tests.yaml:12`. */
  place: string;
  /** The file that has the value of the record; null where the test has it. */
  inputFile: string | null;
  signal: 'auto' | 'traces' | 'logs' | 'metrics';
  /** The value of the Kafka record. */
  value: Buffer;
  topic: string;
  headers: { key: string; value: Buffer }[];
  expected: Expected;
}

const anyMap: Check = value => (isMap(value) ? [] : [wrong(value, 'must be a map')]);
const count = wholeNumber(0, Number.MAX_SAFE_INTEGER, 'a whole number');

const testFields = shape(
  {
    name: someText,
    signal: word(['auto', 'traces', 'logs', 'metrics']),
    input: anyMap,
    input_file: someText,
    topic: someText,
    headers: anyMap,
    expect: shape({
      rows: value =>
        Array.isArray(value)
          ? value.flatMap((row: unknown, i) => anyMap(row).map(found => within(i, found)))
          : [wrong(value, 'must be a list of rows')],
      dropped: anyMap,
      dead_letters: value =>
        Array.isArray(value) && value.length === 0
          ? []
          : list(shape({ item: count, rule: someText, message: someText }, ['item']), 'dead letters')(value),
    }),
  },
  ['name', 'expect'],
);

/**
 * Reads a file of tests.
 *
 * @throws InputInvalid with everything that is wrong with it.
 */
export function readTests(file: string): TransformTest[] {
  return parseTests(readFileSync(file, 'utf8'), file);
}

/** The same, of what the file is going to hold. */
export function parseTests(text: string, file: string): TransformTest[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (path: readonly (string | number)[]): number => {
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
    return node?.range ? lines.linePos(node.range[0]).line : 1;
  };
  const syntax = document.errors.map(
    error => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`,
  );
  if (syntax.length > 0) throw new InputInvalid(syntax.join('\n'));
  const root: unknown = document.toJS();
  const findings = shape({ tests: list(testFields, 'tests') }, ['tests'])(root);
  const problems = findings.map(({ at, value, problem }) => {
    const shown = value === undefined ? '' : `is ${JSON.stringify(value)}: `;
    return `${file}:${lineOf(at)}: ${at.join('.')} ${shown}${problem}`;
  });
  if (problems.length > 0) throw new InputInvalid(problems.join('\n'));
  const { tests } = root as { tests: WrittenTest[] };
  return tests.map((test, i) => toTest(test, file, i, lineOf(['tests', i])));
}

interface WrittenTest {
  name: string;
  signal?: TransformTest['signal'];
  input?: object;
  input_file?: string;
  topic?: string;
  headers?: Record<string, unknown>;
  expect: Expected;
}

function toTest(written: WrittenTest, file: string, index: number, line: number): TransformTest {
  const { name, signal = 'auto', input, input_file, topic = 'input', headers = {}, expect } = written;
  const place = `${file}:${line}`;
  if ((input === undefined) === (input_file === undefined)) {
    throw new InputInvalid(
      `${place}: ${name} needs one of input, OTLP in JSON, and input_file, the value of a record`,
    );
  }
  const inputFile = input_file === undefined ? null : resolve(dirname(file), input_file);
  return {
    name,
    file,
    index,
    place,
    inputFile,
    signal,
    value: inputFile === null ? Buffer.from(JSON.stringify(input)) : readFileSync(inputFile),
    topic,
    headers: Object.entries(headers).map(([key, value]) => ({ key, value: Buffer.from(String(value)) })),
    expected: expect,
  };
}
