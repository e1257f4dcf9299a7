const NEWLINE = 0x0a;
const [OPEN_BRACE, CLOSE_BRACE] = [0x7b, 0x7d];

/**
 * The rows of a message: one, or with `encoding: json_lines` one on each line. JSON text as otelrows writes it has no
 * line breaks of its own; a message that somebody else has indented is one row.
 */
export function rowsIn(value: Buffer | null): readonly (Buffer | null)[] {
  if (value === null || !value.includes(NEWLINE)) return [value];
  const rows: Buffer[] = [];
  for (let start = 0; start < value.length; ) {
    const newline = value.indexOf(NEWLINE, start);
    const end = newline < 0 ? value.length : newline;
    if (end > start) rows.push(value.subarray(start, end));
    start = end + 1;
  }
  const areObjects = rows.every(row => row[0] === OPEN_BRACE && row[row.length - 1] === CLOSE_BRACE);
  return rows.length > 0 && areObjects ? rows : [value];
}
