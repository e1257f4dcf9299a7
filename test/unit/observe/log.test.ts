import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../../src/config/schema.js';
import { createEvents } from '../../../src/observe/events.js';
import { createLogger } from '../../../src/observe/log.js';

type Format = Config['log']['format'];

/** What a logger writes for one line at each level. */
async function written(
  format: Format,
  isTTY: boolean,
  level: Config['log']['level'] = 'info',
): Promise<string> {
  let text = '';
  const out = Object.assign(
    new Writable({
      write: (chunk, _encoding, done) => {
        text += String(chunk);
        done();
      },
    }),
    { isTTY },
  );
  const logger = await createLogger({ level, format }, out);
  for (const at of ['trace', 'debug', 'info', 'warn', 'error'] as const) {
    logger[at]({ event: 'tested', count: 3 }, `said at ${at}`);
  }
  return text;
}

describe('one JSON object per line', () => {
  test.each<[Format, boolean]>([
    ['auto', false],
    ['json', false],
    ['json', true],
  ])('format %s, terminal %s', async (format, isTTY) => {
    const lines = (await written(format, isTTY))
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['info', 'said at info'],
      ['warn', 'said at warn'],
      ['error', 'said at error'],
    ]);
    expect(lines[0]).toMatchObject({ event: 'tested', count: 3 });
    expect(lines[0].time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });
});

describe('a line for people', () => {
  test.each<[Format, boolean]>([
    ['auto', true],
    ['pretty', false],
    ['pretty', true],
  ])('format %s, terminal %s', async (format, isTTY) => {
    const text = await written(format, isTTY);
    expect(text.trimEnd().split('\n')).toHaveLength(3);
    expect(text).toContain('said at info');
    expect(text).not.toContain('tested');
    expect(text).toContain('3');
  });

  test('of a worker that stops has what matters, and not all of its counters', async () => {
    let text = '';
    const out = new Writable({
      write: (chunk, _encoding, done) => {
        text += String(chunk);
        done();
      },
    });
    const events = createEvents(
      (await createLogger({ level: 'info', format: 'pretty' }, out)).child({ worker: 0 }),
    );
    Object.assign(events.counters, { records: 3, rows: 7, deadLetteredRecords: 1 });
    events.stopped();
    expect(text).toMatch(
      /^\[[^\]]+\] INFO: worker stopped: 3 records, 7 rows, 1 dead letters \{"worker":0\}\n$/,
    );
  });

  test('is coloured on a terminal only', async () => {
    expect(await written('pretty', true)).toContain('\u001b[');
    expect(await written('pretty', false)).not.toContain('\u001b[');
  });
});

test.each([
  ['trace', 5],
  ['debug', 4],
  ['info', 3],
  ['warn', 2],
  ['error', 1],
] as const)('level %s writes %i of five lines', async (level, count) => {
  expect((await written('json', false, level)).trimEnd().split('\n')).toHaveLength(count);
});
