import type { SentValue } from '../steps/view.js';

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})$/;

const NANOS_PER_MS = 1_000_000n;

/** What an integer counts, by how large it is: the largest are nanoseconds. */
const UNITS = [
  { below: 100_000_000_000n, nanoseconds: 1_000_000_000n },
  { below: 100_000_000_000_000n, nanoseconds: 1_000_000n },
  { below: 100_000_000_000_000_000n, nanoseconds: 1_000n },
];

/**
 * A time in nanoseconds since 1970: of a text as in RFC 3339, or of a number that counts seconds, milliseconds, microseconds or
 * nanoseconds since then, which its size tells from 1973 to 5138.
 *
 * @returns null for what is none, or needs more than 64 bits.
 */
export function timeOf(sent: SentValue): bigint | null {
  const nanoseconds = typeof sent === 'string' ? timeOfText(sent) : timeOfNumber(sent);
  return nanoseconds !== null && BigInt.asIntN(64, nanoseconds) === nanoseconds ? nanoseconds : null;
}

function timeOfText(text: string): bigint | null {
  if (/^\d{1,19}$/.test(text)) return timeOfNumber(BigInt(text));
  const [, date, time, fraction = '', zone = ''] = RFC3339.exec(text) ?? [];
  const milliseconds = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(milliseconds)) return null;
  return BigInt(milliseconds) * NANOS_PER_MS + BigInt(fraction.padEnd(9, '0'));
}

function timeOfNumber(sent: SentValue): bigint | null {
  if (typeof sent === 'number') {
    // Seconds with a fraction, as some clients send them.
    return Number.isFinite(sent) && Math.abs(sent) < 1e11 ? BigInt(Math.round(sent * 1e6)) * 1_000n : null;
  }
  if (typeof sent !== 'bigint') return null;
  const size = sent < 0n ? -sent : sent;
  return sent * (UNITS.find(({ below }) => size < below)?.nanoseconds ?? 1n);
}
