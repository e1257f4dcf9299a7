/** A name of a database, table or column as ClickHouse SQL. */
export function identifier(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${escaped(name, '`')}\``;
}

/** A string as ClickHouse SQL. */
export function literal(text: string): string {
  return `'${escaped(text, "'")}'`;
}

/**
 * When a row is old enough to be deleted, as an expression for TTL. It counts in 64 bits and ends at the greatest
 * `DateTime`, in 2106: `toDateTime(time) + toIntervalDay(days)` wraps around there, and whatever it wraps is deleted at
 * once. What would be kept beyond 2106 is kept.
 *
 * @param column `DateTime` or `DateTime64`
 */
export function expiryOf(column: { name: string; type: string }, seconds: number): string {
  const name = identifier(column.name);
  const time =
    column.type === 'DateTime' ? `toInt64(${name})` : `intDiv(toUnixTimestamp64Milli(${name}), 1000)`;
  return `toDateTime(greatest(0, least(4294967295, ${time} + ${seconds})))`;
}

function escaped(text: string, quote: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n');
}
