import { existsSync, writeFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Config } from '../config/schema.js';
import { Fatal, InputInvalid } from '../errors.js';
import { loadTransform, stepNames } from '../load-transform.js';
import { painterFor } from './paint.js';
import { readTests } from './test/read-tests.js';
import { renderJunit, renderResults, type ShownResult } from './test/render-results.js';
import { hasFailed, type TestResult, testRunner } from './test/run-test.js';
import { updateTests } from './test/update-tests.js';

/** Looked for in the working directory when no file is named. */
export const TEST_FILES = ['otelrows.test.yaml', 'otelrows.test.yml'];

export interface TestOptions {
  files: readonly string[];
  /** A file for JUnit's XML. */
  junit?: string;
  /** Writes what is there into the tests, in the place of expectations that differ. */
  update?: boolean;
}

/**
 * `otelrows test`: applies the rules of a config to the inputs of tests, and compares what comes of them with what is expected.
 *
 * @throws InputInvalid when there is no test, or a file is none. @throws Fatal when a test fails that is not updated.
 */
export async function test(
  config: Config,
  { files, junit, update = false }: TestOptions,
  out: Writable & { isTTY?: boolean },
): Promise<void> {
  const named = files.length > 0 ? files : TEST_FILES.filter(file => existsSync(file));
  if (named.length === 0) throw new InputInvalid(`name a file of tests, or write ./${TEST_FILES[0]}`);
  const run = testRunner(config, await loadTransform(config));
  const results: TestResult[] = [];
  for (const one of named.flatMap(file => readTests(file))) results.push(await run(one));
  const shown: readonly ShownResult[] = update ? updated(results) : results;
  const matched = new Set(
    results.flatMap(({ tallies }) => tallies.filter(tally => tally.matched > 0).map(({ name }) => name)),
  );
  const unmatched = stepNames(config).filter(name => !matched.has(name));
  out.write(renderResults(shown, unmatched, painterFor(out)));
  if (junit !== undefined) writeFileSync(junit, renderJunit(shown));
  const failed = shown.filter(result => hasFailed(result) && result.update?.kind !== 'updated');
  if (failed.length > 0) throw new Fatal(`${failed.length} of ${results.length} tests failed`);
}

function updated(results: readonly TestResult[]): ShownResult[] {
  const updates = updateTests(results);
  return results.map(result => {
    const update = updates.get(result);
    return update ? { ...result, update } : result;
  });
}
