import type { Config } from '../config/schema.js';
import { nativeTableColumns } from '../encodings/native/columns.js';
import { type Column, columnsOf, ROW_KINDS, type RowKind } from '../tables/columns.js';
import { type GlassflowField, glassflowFieldsOf } from '../tables/glassflow-fields.js';
import { COLUMN_NAMES, type SharedBy, sharedBy } from './column-names.js';
import type { KernelInstance } from './instance.js';

// As in assembly/write/op.ts.
const OP_BYTES = 80;
const OPS_OF_KIND = 48;
const RUN_OPS = 16;
const SCOPE_RUN_OPS = 20;
const TEXT_LENGTH = 24;
const COLUMN = 28;
const TEXT = 32;
const TEXT_BYTES_MAX = OP_BYTES - TEXT;
const NO_COLUMN = 0xff;

/** A column of a row, and what stands in front of its value. */
interface Op {
  text: string;
  column: number;
  sharedBy: SharedBy;
}

/** Writes what rows of each kind consist of, to where `assembly/write/op.ts` takes it from. */
export function writeOps(
  instance: KernelInstance,
  settings: RowSettings,
  isNative: (kind: RowKind) => boolean,
): void {
  const bytes = instance.bytes();
  ROW_KINDS.forEach((kind, k) => {
    const ops = isNative(kind) ? nativeOpsOf(kind, settings) : jsonOpsOf(kind, settings);
    if (ops.length > OPS_OF_KIND) throw new RangeError(`too many columns: ${ops.length} of ${kind}`);
    ops.forEach((op, i) => {
      const at = instance.places.ops + (k * OPS_OF_KIND + i) * OP_BYTES;
      const length = Buffer.byteLength(op.text);
      if (length > TEXT_BYTES_MAX) throw new RangeError(`too long a column name: ${op.text}`);
      bytes.fill(0, at, at + OP_BYTES);
      bytes.writeUInt32LE(
        runLength(ops, i, ({ sharedBy }) => sharedBy !== 'none'),
        at + RUN_OPS,
      );
      bytes.writeUInt32LE(
        runLength(ops, i, ({ sharedBy }) => sharedBy === 'scope'),
        at + SCOPE_RUN_OPS,
      );
      bytes.writeUInt32LE(length, at + TEXT_LENGTH);
      bytes.writeUInt32LE(op.column, at + COLUMN);
      bytes.write(op.text, at + TEXT);
    });
  });
}

type RowSettings = Pick<Config, 'row_format' | 'metric_time'>;

/** The columns in their order, and the row's end. */
function nativeOpsOf(kind: RowKind, { row_format, metric_time }: RowSettings): Op[] {
  return [
    ...nativeTableColumns(kind, row_format, metric_time).map(column => opOf(kind, column, '')),
    endOp(''),
  ];
}

/** The columns in their order, each behind what stands between the values, and last the row's end. */
function jsonOpsOf(kind: RowKind, settings: RowSettings): Op[] {
  const ops: Op[] = [];
  const open = (members: readonly GlassflowField[], before: string): string => {
    let text = `${before}{`;
    for (const member of members) {
      text += `${JSON.stringify(member.name)}:`;
      if ('fields' in member) {
        text = open(member.fields, text);
      } else {
        ops.push(opOf(kind, member.column, text));
        text = '';
      }
      text += ',';
    }
    return `${text.slice(0, -1)}}`;
  };
  const text = open(jsonFieldsOf(kind, settings), '');
  return [...ops, endOp(text)];
}

function jsonFieldsOf(kind: RowKind, { row_format, metric_time }: RowSettings): readonly GlassflowField[] {
  if (row_format === 'glassflow') return glassflowFieldsOf(kind);
  return columnsOf(kind, metric_time).map(column => ({ name: column.name, column }));
}

function opOf(kind: RowKind, { name }: Column, text: string): Op {
  return { text, column: COLUMN_NAMES.indexOf(name), sharedBy: sharedBy(kind, name) };
}

function endOp(text: string): Op {
  return { text, column: NO_COLUMN, sharedBy: 'none' };
}

/** How many ops from the `i`th on are shared, when the one before is not; else 0. */
function runLength(ops: readonly Op[], i: number, isShared: (op: Op) => boolean): number {
  const before = ops[i - 1];
  if (before && isShared(before)) return 0;
  const end = ops.findIndex((op, j) => j >= i && !isShared(op));
  return end - i;
}
