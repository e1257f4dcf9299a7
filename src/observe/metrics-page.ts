import { type MetricDefinition, RUN_METRICS, WORKER_METRICS } from './metric-list.js';

const AGGREGATES = { sum: 'sum', max: 'largest' } as const;

/** The page docs/metrics.md, made of the list of metrics. */
export function renderMetricsPage(): string {
  return `# Metrics

\`GET /metrics\` answers in Prometheus' text format. This page is made by \`npm run docs\` from \`src/observe/metric-list.ts\`.
With several workers there is one value for all of them; a process that ended keeps its share of every sum, so no counter
falls when a worker is started again.

## What the workers do

${table(WORKER_METRICS, true)}

Reasons of dead letters are those of the header \`otelrows.dead_letter.reason\`. The series of a partition ends when the group
takes the partition away.

## How the workers are

${table(RUN_METRICS, false)}

## The processes

\`process_*\` and \`nodejs_*\` are the usual ones of \`prom-client\`. Of several processes, supervisor included, CPU time, memory,
handles and garbage collection are sums; event loop lag is an average; the start time is the supervisor's.
`;
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
