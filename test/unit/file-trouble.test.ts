import { closeSync, mkdtempSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { explainFailure } from '../../src/cli/failure.js';
import { Fatal, InputInvalid } from '../../src/errors.js';
import { asFileTrouble, describeFileError } from '../../src/file-trouble.js';

/** What a failed call threw. */
function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

const systemError = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`${code}: …`), { code, syscall: 'open', ...more });

describe('a path that cannot be used', () => {
  it.each([
    ['a missing directory', '/nope/x', '/nope/x does not exist: there is no directory /nope'],
    [
      'a file as a directory',
      '/etc/passwd/x',
      '/etc/passwd/x goes through something that is not a directory',
    ],
    ['a directory', '/', '/ is a directory'],
  ])("is the user's to see to, without a stack trace: %s", (_, path, text) => {
    expect(explainFailure(thrownBy(() => writeFileSync(path, 'x')))).toEqual({
      text: `error: ${text}`,
      exitCode: 2,
    });
  });

  it('below the directory for temporary files tells of TMPDIR', () => {
    const { text, exitCode } = explainFailure(
      thrownBy(() => mkdtempSync(join(tmpdir(), 'otelrows-nope/x-'))),
    );
    expect(text).toContain('Let TMPDIR name a directory that has room');
    expect(exitCode).toBe(2);
  });

  it.each(['EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG', 'ELOOP'])('is told for %s', code => {
    const error = asFileTrouble(systemError(code, { path: '/x' }));
    expect(error).toBeInstanceOf(InputInvalid);
    expect((error as Error).message).toMatch(/^\/x (is|may|has) /);
  });
});

describe('what the machine cannot do', () => {
  it('is told for a full disk, by the name that the caller knows', () => {
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const error = asFileTrouble(
      thrownBy(() => writeSync(full, 'x')),
      '/dev/full',
    );
    expect(error).toBeInstanceOf(Fatal);
    expect(explainFailure(error)).toEqual({
      text: 'error: /dev/full cannot be written: no space is left on its disk',
      exitCode: 1,
    });
  });

  it.each(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO'])(
    'is told for %s, whatever was called and even without a path',
    code => {
      const { text, exitCode } = explainFailure(systemError(code, { syscall: 'spawn java' }));
      expect(text).toMatch(/^error: A file cannot be /);
      expect(exitCode).toBe(1);
    },
  );
});

it.each(['EMFILE', 'ENFILE'])('another folder is not advised for %s, which is about open files', code => {
  const { text } = explainFailure(systemError(code, { syscall: 'open', path: join(tmpdir(), 'x') }));
  expect(text).not.toContain('TMPDIR');
});

describe('what is left as it is', () => {
  it('a file of this package that is missing: the installation is broken', () => {
    const error = thrownBy(() => readFileSync(new URL('../../dist/nope.js', import.meta.url)));
    expect(asFileTrouble(error)).toBe(error);
    expect(explainFailure(error).exitCode).toBe(70);
  });

  it.each([
    ['a command that is missing', systemError('ENOENT', { syscall: 'spawn java', path: 'java' })],
    ['an error of something else', systemError('ERR_INVALID_ARG_TYPE', { path: '/x' })],
    ['an error without a path', systemError('ENOENT')],
    ['what is no error', 'text'],
  ])('%s', (_, error) => {
    expect(asFileTrouble(error)).toBe(error);
  });
});

it('has words that follow the name of a file, for codes it does not know too', () => {
  expect(describeFileError(thrownBy(() => readFileSync('/')))).toBe('is a directory');
  expect(describeFileError(systemError('EWHAT'))).toBe('cannot be used (EWHAT)');
});
