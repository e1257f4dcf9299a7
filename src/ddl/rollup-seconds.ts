/** Lengths of time that rows are counted by. They divide a day, so that every day begins with one. */
export const ROLLUP_SECONDS: Record<string, number> = {
  '1m': 60,
  '5m': 300,
  '10m': 600,
  '15m': 900,
  '30m': 1800,
  '1h': 3600,
  '6h': 21_600,
  '1d': 86_400,
};
