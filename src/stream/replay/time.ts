import { InputInvalid } from '../../errors.js';

const EPOCH_MS = /^\d{11,14}$/;
const ISO_TIME = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Reads a time as all commands take it: ISO 8601, or milliseconds since 1970.
 *
 * @param option what to name in errors, such as `--since`.
 * @returns milliseconds since 1970.
 * @throws InputInvalid
 */
export function readTime(text: string, option: string): number {
  const ms = timeOf(text, option);
  if (ms === null) {
    throw new InputInvalid(
      `${option} ${text} is no time such as 2026-11-20T08:00:00Z, 2026-11-20 or 1795161600000 (milliseconds since 1970)`,
    );
  }
  return ms;
}

/**
 * As `readTime`; null for what is not written like a time.
 * @throws InputInvalid for what is, and does not exist.
 */
export function timeOf(text: string, option: string): number | null {
  if (EPOCH_MS.test(text)) return Number(text);
  const [, year, month, day] = ISO_TIME.exec(text) ?? [];
  if (day === undefined) return null;
  const ms = Date.parse(text);
  // `Date` takes 31 February for 3 March.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (Number.isNaN(ms) || date.getUTCDate() !== Number(day)) {
    throw new InputInvalid(`${option} ${text}: there is no such time`);
  }
  return ms;
}
