/** What the demo asks the process that holds ClickHouse. */
export interface ClickhouseQuestion {
  id: number;
  sql: string;
  format: 'JSONEachRow' | 'TabSeparated';
}

/**
 * Id 0 comes once, unasked: ClickHouse is ready.
 *
 * `cpuSeconds` is what ClickHouse has used meanwhile, all its threads together.
 */
export type ClickhouseAnswer =
  | { id: number; text: string; cpuSeconds: number }
  | { id: number; error: string };
