import type { ReadRow } from '../encoding.js';
import { splitRowId } from './row-id.js';

const NEWLINE = 0x0a;
const [OPEN_BRACE, CLOSE_BRACE] = [0x7b, 0x7d];

/**
 * See `RowEncoding.rowsIn`: one row, or with `encoding: json_lines` one on each line. JSON text as otelrows writes it has no
 * line breaks of its own; a message that somebody else has indented is one row.
 */
export function rowsIn(message: Buffer): readonly ReadRow[] {
  if (!message.includes(NEWLINE)) return [splitRowId(message)];
  const rows: Buffer[] = [];
  for (let start = 0; start < message.length; ) {
    const newline = message.indexOf(NEWLINE, start);
    const end = newline < 0 ? message.length : newline;
    if (end > start) rows.push(message.subarray(start, end));
    start = end + 1;
  }
  const areObjects = rows.every(row => row[0] === OPEN_BRACE && row[row.length - 1] === CLOSE_BRACE);
  return rows.length > 0 && areObjects ? rows.map(splitRowId) : [splitRowId(message)];
}
