const INTEGERS = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const HUNDREDTHS = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Stands for what is not known. */
export const UNKNOWN = '–';

/** `1,234,567`. */
export function integer(value: number | null): string {
  return value === null ? UNKNOWN : INTEGERS.format(value);
}

/** A count and its word: `1 partition`, `2 partitions`. */
export function counted(value: number, word: string): string {
  return `${integer(value)} ${word}${value === 1 ? '' : 's'}`;
}

/** Something per second: `12,345`, and `1.5` where the tenths say something. */
export function rate(value: number | null): string {
  if (value === null) return UNKNOWN;
  return value > 0 && value < 100 ? TENTHS.format(value) : INTEGERS.format(value);
}

/** `0.97`. */
export function cores(value: number | null): string {
  return value === null ? UNKNOWN : HUNDREDTHS.format(value);
}

/** `12.3 %`. */
export function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  return part < whole / 1_000 ? '< 0.1 %' : `${TENTHS.format((100 * part) / whole)} %`;
}

/** `312 MiB`. */
export function bytes(value: number | null): string {
  if (value === null) return UNKNOWN;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = value < 1 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), units.length - 1);
  const amount = value / 1024 ** power;
  return `${power > 0 && amount < 10 ? TENTHS.format(amount) : INTEGERS.format(amount)} ${units[power]}`;
}

/** `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`, never torn apart at the end of a line. */
export function duration(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  const whole = Math.floor(seconds);
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor(whole / 3_600) % 24;
  const minutes = Math.floor(whole / 60) % 60;
  if (days > 0) return unbroken(`${days} d ${hours} h`);
  if (hours > 0) return unbroken(`${hours} h ${minutes} min`);
  return unbroken(minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`);
}

function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** A moment of ISO 8601 as people read it: `2026-03-01 12:00:00 UTC`. */
export function moment(iso: string): string {
  return iso.replace(/T(.*?)(\.\d+)?Z$/, ' $1 UTC');
}
