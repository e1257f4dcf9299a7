/** What the demo asks the process that holds ClickHouse. */
export interface ClickhouseQuestion {
  id: number;
  sql: string;
  format: 'JSONEachRow' | 'TabSeparated';
}

/** Id 0 comes once, unasked: ClickHouse is ready. */
export type ClickhouseAnswer = { id: number; text: string } | { id: number; error: string };
