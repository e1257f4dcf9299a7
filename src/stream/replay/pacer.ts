/** Keeps rows to a rate. Time comes from `now`, in milliseconds. */
export interface Pacer {
  /** How many more records may be read now, where `waiting` were read and have not been sent yet; 0 = wait. */
  recordsAllowed(waiting: number): number;
  /** How long to wait until records are allowed again. */
  waitMs(): number;
  /** What was sent. */
  sent(records: number, rows: number): void;
}

/** What may be sent at once after a pause: no batch aims at more. */
const BURST_SECONDS = 1;
/** Nothing is read before so much may be sent, because a transaction costs the same for one row and for many. */
const LEAST_SECONDS = 0.25;

/**
 * How many rows a record makes is known only afterwards, so it is guessed from those before; a batch that makes more than
 * is allowed delays the next one by as much.
 */
export function rowPacer(rowsPerSecondMax: number, now: () => number = () => performance.now()): Pacer {
  const burst = rowsPerSecondMax * BURST_SECONDS;
  const least = rowsPerSecondMax * LEAST_SECONDS;
  let allowedRows = least;
  let refilledAt = now();
  let sentRecords = 0;
  let sentRows = 0;

  const refill = (): void => {
    const at = now();
    allowedRows = Math.min(burst, allowedRows + ((at - refilledAt) / 1000) * rowsPerSecondMax);
    refilledAt = at;
  };

  return {
    recordsAllowed: waiting => {
      refill();
      if (allowedRows < least) return 0;
      const rowsPerRecord = sentRecords === 0 ? burst : Math.max(1, sentRows / sentRecords);
      return Math.max(0, Math.max(1, Math.floor(allowedRows / rowsPerRecord)) - waiting);
    },
    waitMs: () => {
      refill();
      return Math.max(1, Math.ceil(((least - allowedRows) / rowsPerSecondMax) * 1000));
    },
    sent: (records, rows) => {
      refill();
      allowedRows -= rows;
      sentRecords += records;
      sentRows += rows;
    },
  };
}
