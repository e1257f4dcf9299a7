/**
 * A printed Kafka engine table, as a table that takes INSERTs instead: the same columns, and those that the engine adds,
 * which the printed views read. What is inserted goes through the views and is kept nowhere else.
 */
export function kafkaStandIn(statement: string): string {
  const [table, settings] = statement.split(/\)\nENGINE = Kafka\n/);
  if (table === undefined || settings === undefined)
    throw new Error(`not a Kafka engine table: ${statement}`);
  return `${table.trimEnd()},
    _topic LowCardinality(String), _partition UInt64, _offset UInt64, _error String, _raw_message String,
    \`_headers.name\` Array(String), \`_headers.value\` Array(String)
) ENGINE = Null`;
}

/** The settings of a printed Kafka engine table that say how messages are read, as an INSERT takes them. */
export function readSettings(statement: string): string {
  const settings = statement.matchAll(/^ +((?:input_format|date_time_input_format)\w* = [^\n]*?),?$/gm);
  return [...settings].map(([, setting]) => setting).join(', ');
}
