import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

/** What a program that does this prints. */
function printed(program: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  return stdout + stderr;
}

const built = (module: string) => JSON.stringify(pathToFileURL(`dist/${module}`).href);
/** New contexts have it once V8 was told to expose it, whoever told it. */
const EXPOSED = "(await import('node:vm')).runInNewContext('typeof gc')";

test('a program that uses the library keeps its own V8 flags, also with a worker in it', () => {
  const program = `
    const { createTransform, createProcessor, defaultConfig } = await import(${built('index.js')});
    const { boundedHeap } = await import(${built('stream/bounded-heap.js')});
    const transform = boundedHeap(createTransform(defaultConfig()));
    transform('logs', 'auto', Buffer.from('{"resourceLogs":[]}'));
    createProcessor({ config: defaultConfig() });
    process.stdout.write(${EXPOSED});
  `;
  expect(printed(program)).toBe('undefined');
});

test('the processes of the program itself set them', () => {
  const program = `
    const { takeChargeOfHeap } = await import(${built('garbage-collection.js')});
    takeChargeOfHeap();
    process.stdout.write(${EXPOSED});
  `;
  expect(printed(program)).toBe('function');
});
