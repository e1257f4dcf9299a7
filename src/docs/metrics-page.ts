import { reasonsToRefuse } from '../dead-letter-reasons.js';
import { type MetricDefinition, RUN_METRICS, WORKER_METRICS } from '../observe/metric-list.js';

const AGGREGATES = { sum: 'sum', max: 'largest' } as const;

/** The page docs/metrics.md, made of the list of metrics. */
export function renderMetricsPage(): string {
  return `# Metrics

\`GET /metrics\` answers in Prometheus' text format. This page is made by \`npm run docs\` from \`src/observe/metric-list.ts\`.
With several workers there is one value for all of them; a process that ended keeps its share of every sum, so no counter
falls when a worker is started again.

## What the workers do

${table(WORKER_METRICS, true)}

The \`reason\` of records is ${oneOf('record')};
that of items is ${oneOf('items')}. [dead-letters.md](dead-letters.md#reasons) says what they mean. Each has its series
from the start, at 0, so that \`increase(otelrows_dead_lettered_records_total[5m]) > 0\` sees the first one too. The series of a
partition ends when the group takes the partition away.

\`otelrows_records_without_items_total\` has the series of a topic from when the worker owns a partition of it. Empty records are
valid, and some senders write them to show that they live. Suspicious ones are worth an alert,
\`increase(otelrows_records_without_items_total{kind="suspicious"}[10m]) > 0\`: the log has the first unknown field of one of them
(\`suspicious_records\`, at once and then every ten minutes at most), and \`otelrows convert\` shows it for a file.

## How the workers are

${table(RUN_METRICS, false)}

## The processes

\`process_*\` and \`nodejs_*\` are the usual ones of \`prom-client\`. Of several processes, supervisor included, CPU time, memory,
handles and garbage collection are sums; event loop lag is an average; the start time is the supervisor's.
`;
}

function oneOf(what: Parameters<typeof reasonsToRefuse>[0]): string {
  return reasonsToRefuse(what)
    .map(reason => `\`${reason}\``)
    .join(', ');
}

function table(metrics: Record<string, MetricDefinition>, aggregated: boolean): string {
  const head = aggregated
    ? '| name | type | labels | several workers | |\n|---|---|---|---|---|'
    : '| name | type | labels | |\n|---|---|---|---|';
  const rows = Object.entries(metrics).map(([name, { type, labels = [], aggregator = 'sum', help }]) => {
    const labelled = labels.map(label => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${labelled} |${aggregated ? ` ${AGGREGATES[aggregator]} |` : ''} ${help} |`;
  });
  return [head, ...rows].join('\n');
}
