import type { ScenarioResult } from './run-scenario.js';

export interface RunReport {
  date: string;
  commit: string;
  node: string;
  kafka: string;
  client: string;
  cpus: number;
  seed: number;
  results: ScenarioResult[];
}

/** The report as a table for people. */
export function markdownReport(report: RunReport): string {
  const { date, commit, node, kafka, client, cpus, seed, results } = report;
  return [
    `Run of ${date.slice(0, 10)}: seed ${seed}, commit ${commit}, Apache Kafka ${kafka}, three brokers, Node ${node}, ` +
      `kafka-javascript ${client}, ${cpus} cores for everything.`,
    '',
    '| scenario | done | records in | rows out | verdict |',
    '|---|---|---|---|---|',
    ...results.map(
      ({ title, count, unit, records, rows, ...result }) =>
        `| ${title} | ${count} ${unit} | ${grouped(records)} | ${grouped(rows)} | ${verdictText(result)} |`,
    ),
    '',
    '| scenario | measured | times | median | 95 % | worst |',
    '|---|---|---|---|---|---|',
    ...results.flatMap(({ scenario, measures }) =>
      Object.entries(measures).map(([name, { count, median, p95, max }]) => {
        const text = name.includes('per second') || name.includes('%') ? String : seconds;
        return `| ${scenario} | ${name} | ${count} | ${text(median)} | ${text(p95)} | ${text(max)} |`;
      }),
    ),
    '',
  ].join('\n');
}

/** One word, or what is wrong. */
export function verdictText({ problems, skipped }: Pick<ScenarioResult, 'problems' | 'skipped'>): string {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  return problems.length === 0 ? 'exact' : `**${problems.length} problems**: ${problems[0]}`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
