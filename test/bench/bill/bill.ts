import type { Round } from '../clickhouse/figures.js';
import { type DrainRun, grouped, median } from '../kafka/runs.js';
import { renderTable, type TableStyle } from '../kafka/table.js';

/** CPU seconds per million spans, from the request in Kafka to the stored row. */
export interface BillLine {
  case: string;
  who: string;
  worker: number;
  workerWarm: number;
  /** Of ClickHouse, to parse and insert. */
  clickhouse: number;
}

/** It writes JSON whatever the case says. */
const RIVAL = 'kafka-streams';
const RIVAL_FORMAT = 'json';

/**
 * Adds to what each maker of rows took what ClickHouse takes to parse and insert them: medians of the rounds.
 *
 * @param rounds of ClickHouse with rows of spans.
 * @param formatOf what the rows of a case are written as.
 * @throws Error when ClickHouse was not measured with that.
 */
export function billOf(
  runs: readonly DrainRun[],
  rounds: readonly Round[],
  formatOf: (caseName: string) => string,
): BillLine[] {
  return grouped(runs).map(group => {
    const { case: caseName = '', contestant: who = '' } = group[0] ?? {};
    const format = who === RIVAL ? RIVAL_FORMAT : formatOf(caseName);
    const inserts = rounds.filter(round => round.format === format);
    return {
      case: caseName,
      who,
      worker: median(group.map(({ figures }) => figures.cpuSecondsPerMillion)),
      workerWarm: median(group.map(({ figures }) => figures.cpuSecondsPerMillionWarm)),
      clickhouse: median(inserts.map(({ insertSecondsPerMillion }) => insertSecondsPerMillion)),
    };
  });
}

const HEAD = ['case', 'who', 'makes rows', 'warm', 'ClickHouse', 'both', 'warm', 'ratio', 'warm'];

/** Ratios are to the rival in the rounds of the same case. */
export function renderBill(lines: readonly BillLine[], style: TableStyle): string {
  const cells = lines.map(line => {
    const [both, warm] = [line.worker + line.clickhouse, line.workerWarm + line.clickhouse];
    const rival = lines.find(other => other.case === line.case && other.who === RIVAL);
    const ratios = rival
      ? [both / (rival.worker + rival.clickhouse), warm / (rival.workerWarm + rival.clickhouse)]
      : [];
    return [
      line.case,
      line.who,
      ...[line.worker, line.workerWarm, line.clickhouse, both, warm].map(seconds => seconds.toFixed(1)),
      ...[ratios[0], ratios[1]].map(ratio => ratio?.toFixed(2) ?? '-'),
    ];
  });
  return renderTable([HEAD, ...cells], style);
}
