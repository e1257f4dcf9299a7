/** A name of a database, table or column as ClickHouse SQL. */
export function identifier(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${escaped(name, '`')}\``;
}

/** A string as ClickHouse SQL. */
export function literal(text: string): string {
  return `'${escaped(text, "'")}'`;
}

/** A column of times that others are computed from. */
interface TimeColumn {
  name: string;
  /** `DateTime` or `DateTime64` */
  type: string;
}

/**
 * When a row is old enough for what TTL does to it, as an expression for it. It counts in 64 bits and ends at the greatest
 * `DateTime`, in 2106: `toDateTime(time) + toIntervalDay(days)` wraps around there, and whatever it wraps is deleted at
 * once. What would be kept beyond 2106 is kept.
 */
export function expiryOf(column: TimeColumn, seconds: number): string {
  return `toDateTime(${bounded(`${secondsOf(column)} + ${seconds}`)})`;
}

/** Seconds since 1970 as Int64, within what a `DateTime` can hold. */
export function boundedSeconds(column: TimeColumn): string {
  return bounded(secondsOf(column));
}

function secondsOf({ name, type }: TimeColumn): string {
  return type === 'DateTime'
    ? `toInt64(${identifier(name)})`
    : `intDiv(toUnixTimestamp64Milli(${identifier(name)}), 1000)`;
}

function bounded(seconds: string): string {
  return `greatest(0, least(4294967295, ${seconds}))`;
}

function escaped(text: string, quote: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n');
}
