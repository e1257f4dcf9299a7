import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { blankSeparated, decimalSeconds } from '../../src/values/time-text.js';
import type { Clickhouse } from '../support/clickhouse.js';
import { CLICKHOUSE_VERSIONS, startClickhouseVersion } from '../support/clickhouse-versions.js';

/** A way to write a time, by the name that it has in the docs, with the times and the settings that it is tried with. */
interface Form {
  text: (unixNano: bigint) => string;
  times: readonly bigint[];
  session: string;
}

const NOW = 1760003312123456789n;
const SINCE_1970 = [0n, 1n, 1_234_500_000_000n, NOW, 2n ** 63n - 1n];
const GO_ZERO_TIME = -6795364578871345152n;
const NEW_YORK = "session_timezone = 'America/New_York'";
const UTC = "session_timezone = 'UTC'";
const BASIC = "date_time_input_format = 'basic'";
const BEST_EFFORT = "date_time_input_format = 'best_effort'";

const exact = (unixNano: bigint) => `"${decimalSeconds(unixNano)}"`;
const FORMS: Record<string, Form> = {
  '`"1760003312.123456789"`, any time since 1970': { text: exact, times: SINCE_1970, session: NEW_YORK },
  'the same with `basic`': { text: exact, times: SINCE_1970, session: `${BASIC}, ${NEW_YORK}` },
  'the same with `best_effort`': { text: exact, times: SINCE_1970, session: `${BEST_EFFORT}, ${NEW_YORK}` },
  'fewer than ten digits, `"1234.500000000"`': {
    text: () => '"1234.500000000"',
    times: [1_234_500_000_000n],
    session: NEW_YORK,
  },
  'bare nanoseconds, `1760003312123456789`': { text: String, times: SINCE_1970, session: NEW_YORK },
  'nanoseconds in quotes': { text: unixNano => `"${unixNano}"`, times: SINCE_1970, session: NEW_YORK },
  'bare decimal seconds, `1760003312.123456789`': {
    text: () => '1760003312.123456789',
    times: [NOW],
    session: NEW_YORK,
  },
  '`"1969-12-31 23:59:59.999999999"`, in UTC': { text: exact, times: [-1n], session: UTC },
  '`"1754-08-30 22:43:41.128654848"`, in UTC': {
    text: unixNano => `"${blankSeparated(unixNano)}"`,
    times: [GO_ZERO_TIME],
    session: UTC,
  },
  '`"-6795364578.871345152"`': { text: exact, times: [GO_ZERO_TIME], session: NEW_YORK },
  'that with `basic`': { text: exact, times: [GO_ZERO_TIME], session: `${BASIC}, ${NEW_YORK}` },
};

it.each(CLICKHOUSE_VERSIONS)(
  'ClickHouse %s reads each form of a time as docs/clickhouse.md says',
  async version => {
    const clickhouse = await startClickhouseVersion(version, 'Asia/Kolkata');
    try {
      const measured: Record<string, string> = {};
      for (const [name, form] of Object.entries(FORMS))
        measured[name] = await whatBecomesOf(form, clickhouse);
      expect(measured).toStrictEqual(documented(version));
    } finally {
      await clickhouse.close();
    }
  },
);

async function whatBecomesOf({ text, times, session }: Form, clickhouse: Clickhouse): Promise<string> {
  const outcomes = new Set<string>();
  for (const time of times) {
    await clickhouse.query('DROP TABLE IF EXISTS form');
    await clickhouse.query('CREATE TABLE form (t DateTime64(9)) ENGINE = Memory');
    try {
      await clickhouse.insert('form', [Buffer.from(`{"t":${text(time)}}`)], session);
    } catch {
      outcomes.add('refused');
      continue;
    }
    const stored = await clickhouse.query('SELECT reinterpretAsInt64(t) FROM form');
    outcomes.add(BigInt(stored.trim()) === time ? 'exact' : 'wrong');
  }
  return [...outcomes].sort().join(' or ');
}

/** The column of a version in the table of forms. */
function documented(version: string): Record<string, string> {
  const lines = readFileSync('docs/clickhouse.md', 'utf8').split('\n');
  const head = lines.findIndex(line => line.startsWith('| value for a `DateTime64(9)` column |'));
  const cellsOf = (line: string) => line.split('|').map(cell => cell.trim());
  const column = cellsOf(lines[head] ?? '').indexOf(version);
  const rows = lines.slice(head + 2, head + 2 + Object.keys(FORMS).length).map(cellsOf);
  return Object.fromEntries(rows.map(cells => [cells[1] ?? '', cells[column] ?? '']));
}
