import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';

const write = temporaryFiles();
const TRACES = 'test/golden/corpus/microservice.traces.json';

describe('a file that cannot be used is told in one line, without a stack trace', () => {
  it.each([
    ['a request that is a directory', ['convert', '--signal', 'traces', '/'], '/ is a directory'],
    [
      'a request below a file',
      ['convert', '--signal', 'traces', 'package.json/x'],
      'package.json/x goes through something that is not a directory',
    ],
    ['a config that is a directory', ['check', '--config', '/'], '/: the config file is a directory'],
    [
      'a certificate that is a directory',
      ['check', '--kafka-tls-enabled', '--kafka-tls-ca-file', '/'],
      '--kafka-tls-ca-file: kafka.tls.ca_file is "/", which is a directory',
    ],
    [
      'offsets of a replay that are a directory',
      ['replay', '--from', '/'],
      '--from / is not earliest, now, a time such as 2026-11-20T08:00:00Z, or topic:partition:offset, and as a file it is a directory',
    ],
  ])('%s', (_, args, text) => {
    expect(otelrows(args)).toEqual({ exitCode: 2, stdout: '', stderr: `error: ${text}\n` });
  });

  it('a directory for temporary files that is missing', () => {
    const { exitCode, stderr } = otelrows(['demo'], { env: { TMPDIR: '/nope' } });
    expect(stderr).toMatch(
      /^error: \/nope\/otelrows-demo-\w+ does not exist: there is no directory \/nope\. Let TMPDIR name .*\n$/,
    );
    expect(exitCode).toBe(2);
  });
});

it('standard output to a full disk fails, and is told', () => {
  const full = openSync('/dev/full', 'w');
  try {
    const args = ['dist/main.js', 'convert', '--signal', 'traces', TRACES];
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    expect(stderr).toMatch(/^error: standard output: ENOSPC.*\n$/);
    expect(status).toBe(1);
  } finally {
    closeSync(full);
  }
});

it('goes on when nobody reads standard error any more, and the exit code says how it went', async () => {
  const config = write('otelrows.yaml', 'workers: 0\n');
  const child = spawn(process.execPath, ['dist/main.js', 'check', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.destroy();
  expect(await once(child, 'exit')).toEqual([2, null]);
});
