import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { EXIT_CODES, explainFailure } from '../../../src/cli/failure.js';
import { ConfigInvalid, Fatal, InputInvalid } from '../../../src/errors.js';

it.each([
  ['one problem of the config', new ConfigInvalid(['a: wrong']), { text: 'error: a: wrong', exitCode: 2 }],
  [
    'several problems of the config',
    new ConfigInvalid(['a: wrong', 'b: wrong']),
    { text: 'error: 2 problems in the configuration:\n  a: wrong\n  b: wrong', exitCode: 2 },
  ],
  ['a file', new InputInvalid('x does not exist'), { text: 'error: x does not exist', exitCode: 2 }],
  ['a worker that cannot go on', new Fatal('no rights'), { text: 'error: no rights', exitCode: 1 }],
  ['help', new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), { text: '', exitCode: 0 }],
])('tells of %s without a stack trace', (_, error, failure) => {
  expect(explainFailure(error)).toEqual(failure);
});

it('shows where a defect is, and asks for a report', () => {
  const { text, exitCode } = explainFailure(new TypeError('x is undefined'));
  expect(text).toMatch(/^TypeError: x is undefined\n {4}at .*failure\.test\.ts/);
  expect(text).toMatch(/\n\nThis is a bug in otelrows: .*$/);
  expect(exitCode).toBe(70);
  expect(explainFailure('thrown text')).toMatchObject({
    exitCode: 70,
    text: expect.stringContaining('thrown text'),
  });
});

it('has every exit code that README.md lists, and no other', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const listed = /^Exit codes: (.*?)\n\n/ms.exec(readme)?.[1]?.match(/\b\d+\b/g);
  expect(listed?.sort()).toEqual(Object.keys(EXIT_CODES).sort());
});
