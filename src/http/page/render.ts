import type { StandingState, Status, WorkerState } from '../status.js';
import { bytes, cores, counted, duration, integer, moment, rate, share, UNKNOWN } from './format.js';
import { type Content, type Html, html } from './html.js';
import type { Rates } from './rates.js';

// The server renders the first state, and the browser, which loads this very module, every later one.

/** More would be no glance. */
const PARTITIONS_MAX = 50;

/** The whole page, readable before and without its script. Addresses are relative: it may stand behind a path of a proxy. */
export function renderPage(status: Status): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${titleOf(status)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page/style.css">
<script type="module" src="page/live.mjs"></script>
</head>
<body>
<header>
<h1>otelrows <span class="version">${status.version}</span></h1>
<p>Consumer group <strong>${status.group}</strong> on <strong>${status.host}</strong>, ${deliveryOf(status)}</p>
</header>
<p id="connection" class="connection" role="status"></p>
<p id="announcement" class="unseen" role="status"></p>
<main id="state">
${renderState(status, null)}
</main>
<footer>
<nav aria-label="The same for programs">
<ul class="links">
<li><a href="status">status</a> as JSON</li>
<li><a href="config">config</a>, secrets masked</li>
<li><a href="metrics">metrics</a> for Prometheus</li>
<li><a href="healthz">healthz</a></li>
<li><a href="readyz">readyz</a></li>
</ul>
</nav>
<noscript><p>What is done per second shows where scripts may run. Reload the page for its state now.</p></noscript>
</footer>
</body>
</html>
`.text;
}

/** The title of the page: what a tab shows. */
export function titleOf(status: Status): string {
  return `${stateOf(status).words} · otelrows ${status.group}`;
}

/** What is worth to be read aloud when it changes: not what is wrong, which says for how many seconds it has been. */
export function announcementOf(status: Status): string {
  const troubled = status.workers.filter(({ ready }) => !ready);
  return [
    stateOf(status).words,
    ...troubled.map(worker => `Worker ${worker.worker}: ${stateOf(worker).words}`),
  ].join('. ');
}

/** All that changes while a run goes on. @param rates `null` before there were two looks. */
export function renderState(status: Status, rates: Rates | null): Html {
  return html`${renderVerdict(status)}
${renderTiles(status, rates)}
${renderWorkers(status, rates)}
${renderPartitions(status)}
${renderTransactions(status)}
${renderDeadLetters(status)}
${renderRules(status)}
${renderPlainItems(status)}
${renderWithoutItems(status)}
${renderElse(status)}
<p class="aside">As of <time datetime="${status.at}">${moment(status.at)}</time>${
    rates ? `. Per second: over the last ${counted(Math.round(rates.seconds), 'second')}` : ''
  }. Counts are of committed transactions since the start.</p>`;
}

function stateOf({ healthy, ready }: Pick<Status, 'healthy' | 'ready'>) {
  if (!healthy) return { words: 'Unhealthy', kind: 'bad', sign: '✕' };
  return ready
    ? { words: 'Healthy and ready', kind: 'good', sign: '✓' }
    : { words: 'Healthy, not ready', kind: 'fair', sign: '!' };
}

function deliveryOf({ delivery }: Status): string {
  if (delivery === 'dry_run') return 'a dry run: nothing is written or committed';
  return delivery === 'exactly_once' ? 'exactly once' : 'at least once';
}

function problemsOf({ workers }: Status): string[] {
  return workers.flatMap(({ worker, problems }) => problems.map(problem => `Worker ${worker}: ${problem}`));
}

function renderVerdict(status: Status): Html {
  const problems = problemsOf(status);
  return html`<section aria-labelledby="verdict" class="verdict">
<h2 id="verdict" class="${stateOf(status).kind}">${sign(status)} ${stateOf(status).words}</h2>
${problems.length > 0 && html`<ul>${problems.map(problem => html`<li>${problem}</li>`)}</ul>`}
</section>`;
}

/** Colours alone would not say it, and words beside say it to those who do not see it. */
function sign(state: Pick<Status, 'healthy' | 'ready'>): Html {
  return html`<span class="sign ${stateOf(state).kind}" aria-hidden="true">${stateOf(state).sign}</span>`;
}

function renderTiles(status: Status, rates: Rates | null): Html {
  const { transactions, deadLetters, partitions } = status;
  const dead = (of: 'records' | 'items') =>
    deadLetters.reduce((sum, letter) => sum + (letter.of === of ? letter.count : 0), 0);
  const behind = partitions.filter(({ lag }) => lag > 0).length;
  return html`<section aria-labelledby="glance">
<h2 id="glance" class="unseen">At a glance</h2>
<dl class="tiles">
${tile('Rows per second', rate(rates?.rows ?? null), `${integer(status.rows)} in all`)}
${tile('Records per second', rate(rates?.records ?? null), `${integer(status.records)} in all`)}
${tile(
  'Lag',
  integer(status.lag),
  status.lag === null
    ? 'not known yet'
    : `${status.lag === 1 ? 'record' : 'records'} in ${integer(behind)} of ${counted(partitions.length, 'partition')}`,
)}
${tile(
  'Last commit',
  transactions.lastCommitAgeSeconds === null ? UNKNOWN : `${duration(transactions.lastCommitAgeSeconds)} ago`,
  `${counted(transactions.committed, 'transaction')}, ${integer(transactions.aborted)} aborted`,
)}
${tile(
  'Dead letters',
  integer(dead('records') + dead('items')),
  `${counted(dead('records'), 'record')}, ${counted(dead('items'), 'item')}`,
)}
${tile(
  'Memory',
  bytes(status.residentBytes),
  `${rates?.cores == null ? '' : `${cores(rates.cores)} cores, `}up ${duration(status.uptimeSeconds)}`,
)}
</dl>
</section>`;
}

function tile(title: string, value: string, about: string): Html {
  return html`<div><dt>${title}</dt><dd><span class="value">${value}</span> <span class="about">${about}</span></dd></div>`;
}

function renderWorkers({ workers }: Status, rates: Rates | null): Html {
  return html`<section aria-labelledby="workers">
<h2 id="workers">Workers</h2>
${table(
  'workers',
  [
    'Worker',
    'State',
    '#Partitions',
    '#Lag',
    '#Rows/s',
    '#Records/s',
    '#Cores',
    '#Memory',
    '#Uptime',
    '#Process',
    '#Restarts',
  ],
  workers.map(worker => workerRow(worker, rates)),
)}
</section>`;
}

function workerRow(worker: WorkerState, rates: Rates | null): Content[] {
  const rated = rates?.workers.get(worker.worker);
  return [
    String(worker.worker),
    html`${sign(worker)} ${stateOf(worker).words}, ${worker.phase}`,
    integer(worker.partitions),
    integer(worker.lag),
    rate(rated?.rows ?? null),
    rate(rated?.records ?? null),
    cores(rated?.cores ?? null),
    bytes(worker.residentBytes),
    duration(worker.uptimeSeconds),
    worker.pid === null ? UNKNOWN : String(worker.pid),
    worker.lastEnd === null ? integer(worker.restarts) : `${integer(worker.restarts)} (${worker.lastEnd})`,
  ];
}

function renderPartitions({ partitions, standing }: Status): Html {
  const shown = partitions.slice(0, PARTITIONS_MAX);
  const more = partitions.length - shown.length;
  return html`<section aria-labelledby="lag">
<h2 id="lag">Lag by partition</h2>
${standing.length > 0 && html`<ul>${standing.map(at => html`<li>${standingText(at)}</li>`)}</ul>`}
${
  partitions.length === 0
    ? none('The lag of no partition is known yet.')
    : table(
        'lag',
        ['Topic', '#Partition', '#Lag', '#Next offset', '#Worker'],
        shown.map(({ topic, partition, lag, offset, worker }) => [
          topic,
          String(partition),
          integer(lag),
          String(offset),
          String(worker),
        ]),
      )
}
${more > 0 && none(`These are the ones furthest behind; status has ${counted(more, 'more partition')}.`)}
</section>`;
}

const WAITS_FOR = {
  its_turn: ': its records are fetched, and wait for their turn',
  open_transaction: ': its records are behind an open transaction of their sender',
};

function standingText({ topic, partition, lag, offset, waitsFor, seconds }: StandingState): string {
  const why = waitsFor === null ? '' : WAITS_FOR[waitsFor];
  const ahead = counted(lag, 'record');
  return `${topic}, partition ${partition}, has stood at offset ${offset} for ${duration(seconds)} with ${ahead} ahead${why}`;
}

function renderTransactions({ transactions, delivery }: Status): Html {
  const { committed, aborted, producersReplaced, timedOut, lastCommit, lastCommitAgeSeconds } = transactions;
  return html`<section aria-labelledby="transactions" class="half">
<h2 id="transactions">${delivery === 'exactly_once' ? 'Transactions' : 'Batches'}</h2>
<dl class="facts">
${fact(
  'Last commit',
  lastCommit === null ? 'none yet' : `${duration(lastCommitAgeSeconds)} ago, ${moment(lastCommit)}`,
)}
${fact('Committed', integer(committed))}
${fact('Aborted and done again', integer(aborted))}
${fact('Done again with a new producer', integer(producersReplaced))}
${fact('Not done in their time', integer(timedOut))}
</dl>
</section>`;
}

function renderDeadLetters({ deadLetters }: Status): Html {
  return html`<section aria-labelledby="dead-letters" class="half">
<h2 id="dead-letters">Dead letters</h2>
${
  deadLetters.length === 0
    ? none('None.')
    : table(
        'dead-letters',
        ['Reason', '#Count', 'Of what'],
        deadLetters.map(({ reason, of, count }) => [
          reason,
          integer(count),
          of === 'records' ? 'whole records' : 'items of records',
        ]),
      )
}
</section>`;
}

function renderRules({ rules, functions: { counts, drops } }: Status): Html {
  return html`<section aria-labelledby="rules">
<h2 id="rules">Rules and functions</h2>
${
  rules.length === 0
    ? none('The config has none.')
    : table(
        'rules',
        ['Rule', '#Matched', '#Changed', '#Dropped', '#Failed'],
        rules.map(({ name, matched, changed, dropped, failed }) => [
          name,
          integer(matched),
          integer(changed),
          integer(dropped),
          integer(failed),
        ]),
      )
}
${
  drops.length > 0 &&
  html`<h3 id="function-drops">Dropped by functions</h3>
${table(
  'function-drops',
  ['Reason', '#Items'],
  drops.map(({ reason, count }) => [reason, integer(count)]),
)}`
}
${
  counts.length > 0 &&
  html`<h3 id="function-counts">Counted by functions</h3>
${table(
  'function-counts',
  ['Name', '#Count'],
  counts.map(({ name, count }) => [name, integer(count)]),
)}`
}
</section>`;
}

function renderPlainItems({ plainItems, items }: Status): Html {
  return html`<section aria-labelledby="plain-items" class="half">
<h2 id="plain-items">Items left to the plain engine</h2>
${
  plainItems.length === 0
    ? none('None.')
    : table(
        'plain-items',
        ['Reason', '#Items', '#Of all'],
        plainItems.map(({ reason, count }) => [reason, integer(count), share(count, items)]),
      )
}
</section>`;
}

function renderWithoutItems({ recordsWithoutItems }: Status): Html {
  return html`<section aria-labelledby="without-items" class="half">
<h2 id="without-items">Records that hold no item</h2>
${
  recordsWithoutItems.length === 0
    ? none('None.')
    : table(
        'without-items',
        ['Topic', 'Kind', '#Records'],
        recordsWithoutItems.map(({ topic, kind, count }) => [topic, kind, integer(count)]),
      )
}
</section>`;
}

function renderElse({ troubles, filteredItems, truncatedRows, rowBytes, items }: Status): Html {
  return html`<section aria-labelledby="else">
<h2 id="else">What else was counted</h2>
<dl class="facts">
${fact('Spans, log records and data points', integer(items))}
${fact('Filtered by rules and kinds that are off', integer(filteredItems))}
${fact('Rows cut to fit', integer(truncatedRows))}
${fact('Rows before compression', bytes(rowBytes))}
${fact('Records deleted before they were read', integer(troubles.missedRecords))}
${fact('Polls that failed', integer(troubles.pollFailures))}
${fact('Rebalances', integer(troubles.rebalances))}
${fact('Taken for dead by the group', integer(troubles.assignmentsLost))}
${fact('Defects of otelrows', integer(troubles.defects + troubles.kernelFailures))}
</dl>
</section>`;
}

function fact(name: string, value: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function none(text: string): Html {
  return html`<p class="aside">${text}</p>`;
}

/**
 * A table under the heading with this id. Where it is wider than the window it scrolls, also by keyboard.
 *
 * @param columns their titles; `#` before one makes it a column of numbers.
 * @param rows their first cell names them.
 */
function table(labelledBy: string, columns: readonly string[], rows: readonly (readonly Content[])[]): Html {
  const kindOf = (column: number) => (columns[column]?.startsWith('#') ? 'number' : 'text');
  return html`<div class="scroll" role="region" aria-labelledby="${labelledBy}" tabindex="0">
<table aria-labelledby="${labelledBy}">
<thead><tr>${columns.map((title, i) => html`<th scope="col" class="${kindOf(i)}">${title.replace('#', '')}</th>`)}</tr></thead>
<tbody>
${rows.map(
  cells => html`<tr>${cells.map((cell, i) =>
    i === 0
      ? html`<th scope="row" class="${kindOf(i)}">${cell}</th>`
      : html`<td class="${kindOf(i)}">${cell}</td>`,
  )}</tr>
`,
)}</tbody>
</table>
</div>`;
}
