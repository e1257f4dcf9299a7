import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFiles } from '../support/temporary-files.js';

const write = temporaryFiles();

test('steps beside a handler are refused before anything is connected, and health says so', () => {
  const module = write('handler.ts', 'export function handler(data: object) { return data; }');
  const program = `
    const { createProcessor, loadConfig } = await import(${JSON.stringify(pathToFileURL('dist/index.js').href)});
    const { config } = loadConfig({ settings: { transform: { module: ${JSON.stringify(module)} } } });
    const steps = [{ name: 'mine', kinds: ['traces'], apply: () => 'keep' }];
    const processor = createProcessor({ config, steps });
    await processor.run().catch(error => console.log(error.name));
    console.log(JSON.stringify(processor.health()));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  const [name, health = ''] = stdout.split('\n');
  expect(name, stderr).toBe('ConfigInvalid');
  expect(JSON.parse(health)).toMatchObject({
    healthy: false,
    phase: 'failed',
    problems: [expect.stringContaining(`${module} exports handler, which makes all rows itself`)],
  });
});
