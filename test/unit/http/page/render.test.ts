import { describe, expect, test } from 'vitest';
import { bytes, duration, integer, moment, rate, share } from '../../../../src/http/page/format.js';
import { html } from '../../../../src/http/page/html.js';
import { ratesBetween } from '../../../../src/http/page/rates.js';
import { announcementOf, renderPage, renderState, titleOf } from '../../../../src/http/page/render.js';
import type { Status } from '../../../../src/http/status.js';
import { status, worker } from '../../../support/status.js';

/** The cells of the table under a heading, row by row, without markup. */
function cellsOf(state: string, heading: string): string[][] {
  const table = new RegExp(`<table aria-labelledby="${heading}">.*?</table>`, 's').exec(state)?.[0] ?? '';
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => cell.replaceAll(/<[^>]*>/g, '')),
  );
}

describe('html', () => {
  test('escapes what is put into it, once, and leaves markup alone', () => {
    const cell = html`<td title="${`"'`}">${'<b> & co'}</td>`;
    expect(html`<tr>${[cell, cell]}${null}${false}${0}</tr>`.text).toBe(
      `<tr>${'<td title="&quot;&#39;">&lt;b&gt; &amp; co</td>'.repeat(2)}0</tr>`,
    );
  });
});

describe('the state', () => {
  test.each<[Partial<Status>, string]>([
    [{ healthy: true, ready: true }, 'Healthy and ready'],
    [{ healthy: true, ready: false }, 'Healthy, not ready'],
    [{ healthy: false, ready: false }, 'Unhealthy'],
  ])('%j is %s', (given, words) => {
    expect(renderState(status(given), null).text).toContain(`${words}</h2>`);
    expect(titleOf(status(given))).toBe(`${words} · otelrows otelrows`);
  });

  test('is read aloud when it changes, and not because time goes on', () => {
    const stalled = (seconds: number) =>
      status({
        healthy: false,
        ready: false,
        rows: seconds,
        workers: [
          worker(),
          worker({ worker: 1, healthy: false, ready: false, problems: [`nothing for ${seconds} s`] }),
        ],
      });
    expect(announcementOf(stalled(61))).toBe('Unhealthy. Worker 1: Unhealthy');
    expect(announcementOf(stalled(63))).toBe(announcementOf(stalled(61)));
    expect(announcementOf(status())).toBe('Healthy and ready');
  });
});

test('a table of workers shows what each does per second, and the last end of one that was started again', () => {
  const workers = [
    worker({ rows: 100 }),
    worker({ worker: 1, pid: null, restarts: 2, lastEnd: 'SIGKILL', lag: 7 }),
  ];
  const now = status({
    uptimeSeconds: 102,
    workers: [worker({ rows: 300, records: 3 }), ...workers.slice(1)],
  });
  const state = renderState(now, ratesBetween(status({ workers }), now)).text;
  const [titles = [], ...rows] = cellsOf(state, 'workers');
  const shown = rows.map(cells => Object.fromEntries(cells.map((cell, i) => [titles[i], cell])));
  expect(shown).toMatchObject([
    {
      Worker: '0',
      State: '✓ Healthy and ready, working',
      'Rows/s': '100',
      'Records/s': '1.5',
      Process: '42',
    },
    { Worker: '1', Lag: '7', Process: '–', Restarts: '2 (SIGKILL)' },
  ]);
});

test('of many partitions those furthest behind are shown, with how many more there are', () => {
  const partitions = Array.from({ length: 52 }, (_, i) => ({
    topic: 'in',
    partition: i,
    lag: 52_000 - i,
    offset: 1_234_567,
    worker: 0,
  }));
  const state = renderState(status({ partitions, lag: 2_702_674 }), null).text;
  const rows = cellsOf(state, 'lag').slice(1);
  expect(rows).toHaveLength(50);
  expect(rows.slice(0, 2)).toEqual([
    ['in', '0', '52,000', '1234567', '0'],
    ['in', '1', '51,999', '1234567', '0'],
  ]);
  expect(state).toContain('status has 2 more partitions');
  expect(state).toContain(
    '<span class="value">2,702,674</span> <span class="about">records in 52 of 52 partitions',
  );
});

test('what users and senders name is text, wherever it is shown', () => {
  const name = '<img src=x onerror=alert(1)>';
  const given = status({
    host: name,
    group: name,
    workers: [worker({ problems: [name], lastEnd: name, phase: name })],
    partitions: [{ topic: name, partition: 0, lag: 1, offset: 1, worker: 0 }],
    standing: [
      { topic: name, partition: 0, lag: 1, offset: 1, worker: 0, waitsFor: 'open_transaction', seconds: 10 },
    ],
    rules: [{ name, matched: 1, changed: 0, dropped: 1, failed: 0 }],
    functions: { counts: [{ name, count: 1 }], drops: [{ reason: name, count: 1 }] },
    recordsWithoutItems: [{ topic: name, kind: 'suspicious', count: 1 }],
  });
  const page = renderPage(given);
  expect(page).not.toContain('<img');
  expect(page.split('&lt;img src=x onerror=alert(1)&gt;').length - 1).toBe(12);
});

test('every heading comes in its order, every id once, and every label has its element', () => {
  const page = renderPage(
    status({
      partitions: [{ topic: 'in', partition: 0, lag: 1, offset: 1, worker: 0 }],
      deadLetters: [{ reason: 'malformed', of: 'records', count: 1 }],
      rules: [{ name: 'rule', matched: 1, changed: 0, dropped: 1, failed: 0 }],
      functions: { counts: [{ name: 'n', count: 1 }], drops: [{ reason: 'r', count: 1 }] },
      plainItems: [{ reason: 'merged', count: 1 }],
      recordsWithoutItems: [{ topic: 'in', kind: 'suspicious', count: 1 }],
    }),
  );
  const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
  expect(levels[0]).toBe(1);
  for (const [i, level] of levels.entries()) expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of page.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(id);
});

describe('numbers', () => {
  const plain = (text: string) => text.replaceAll('\u00a0', ' ');

  test.each([
    [integer(1_234_567), '1,234,567'],
    [integer(null), '–'],
    [rate(0), '0'],
    [rate(1.25), '1.3'],
    [rate(12_345.6), '12,346'],
    [share(0, 0), '0 %'],
    [share(1, 5_000), '< 0.1 %'],
    [share(1, 8), '12.5 %'],
    [bytes(0), '0 B'],
    [bytes(1_536), '1.5 KiB'],
    [bytes(327_155_712), '312 MiB'],
    [plain(duration(0.9)), '0 s'],
    [plain(duration(200)), '3 min 20 s'],
    [plain(duration(7_500)), '2 h 5 min'],
    [plain(duration(273_600)), '3 d 4 h'],
    [moment('2026-03-01T12:00:00.123Z'), '2026-03-01 12:00:00 UTC'],
  ])('%s', (shown, expected) => {
    expect(shown).toBe(expected);
  });
});
