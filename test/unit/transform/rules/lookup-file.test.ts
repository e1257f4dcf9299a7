import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPlainTransform } from '../../../../src/transform/plain-transform.js';
import { createRules } from '../../../../src/transform/rules/create-rules.js';
import { allKindsOn } from '../../../support/all-kinds-on.js';

const folder = mkdtempSync(join(tmpdir(), 'otelrows-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

it('a file that cannot be read again is told of once, and what it held before counts until it can', () => {
  const file = join(folder, 'teams.csv');
  writeFileSync(file, 'service,team\nshop,blue\n');
  const said: string[] = [];
  const steps = createRules(
    [
      {
        name: 'team',
        lookup: { file, by: { column: 'SpanName' }, key: 'service', set: { team: 'team' } },
        for: ['traces'],
      },
    ],
    (level, message) => said.push(`${level}: ${message}`),
  );
  const transform = createPlainTransform(allKindsOn(), steps);
  const request = Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"shop"}]}]}]}');
  const team = () => {
    vi.setSystemTime(Date.now() + 2_000);
    return JSON.parse(String(transform('traces', 'otlp_json', request).messages[0]?.value)).SpanAttributes
      .team;
  };
  expect(team()).toBe('blue');
  rmSync(file);
  expect([team(), team()]).toEqual(['blue', 'blue']);
  writeFileSync(file, 'name,team\nshop,red\n');
  expect(team()).toBe('blue');
  writeFileSync(file, 'service,team\nshop,green and red\n');
  expect([team(), team()]).toEqual(['green and red', 'green and red']);
  expect(said).toEqual([
    expect.stringMatching(
      /^warn: transform\.rules\[0\] \(team\): .*teams\.csv does not exist\. What the file held before counts$/,
    ),
    expect.stringMatching(
      /teams\.csv has no column "service": its first line is name,team\. What the file held before counts$/,
    ),
    expect.stringMatching(/teams\.csv can be read again$/),
  ]);
});
