import type { NativeLayout } from './columns.js';
import { VaruintReader } from './varuint.js';
import { type RowPart, walkRow } from './walk-row.js';

/** A text in a row. */
export interface NativeText {
  /** Where its length stands. */
  readonly at: number;
  /** Of its bytes. */
  readonly start: number;
  readonly end: number;
}

/** A text that is a value, and no key. */
export interface TextOfColumn extends NativeText {
  /** Where it stands: `SpanAttributes.http.url`, `Events.Attributes[].message`. */
  readonly path: string;
}

/** Where the parts of a column lie in a row. */
export interface ColumnParts {
  readonly name: string;
  readonly type: string;
  readonly parts: readonly RowPart[];
}

/** The columns of a row, in order; null for bytes that are no row of this layout. */
export function columnsIn(row: Uint8Array, layout: NativeLayout): ColumnParts[] | null {
  const walked = walkRow(row, layout.parts);
  if (walked === null) return null;
  let next = 0;
  return layout.columns.map(({ name, type, parts }) => {
    const first = next;
    next += parts.length;
    return { name, type, parts: walked.slice(first, next) };
  });
}

/** The texts of one part, in their order. */
export function* textsIn(row: Uint8Array, { start, end }: RowPart): Generator<NativeText> {
  const reader = new VaruintReader(row, start);
  while (reader.at < end) {
    const { at } = reader;
    const textStart = reader.text();
    if (textStart === null) throw new Error('the texts of a native row end in the middle of one');
    yield { at, start: textStart, end: reader.at };
  }
}

/** The texts of these columns that are longer than `bytesMin`, in their order: no keys, no row id. */
export function longTexts(row: Buffer, columns: readonly ColumnParts[], bytesMin: number): TextOfColumn[] {
  return columns.flatMap(({ name, type, parts }) => {
    const values = parts.find(({ part }) => part.form === 'texts' && part.holds === 'values');
    if (values === undefined) return [];
    const listed = type.startsWith('Array(') ? '[]' : '';
    const long = Array.from(textsIn(row, values), (text, i) => ({ text, i })).filter(
      ({ text }) => text.end - text.start > bytesMin,
    );
    if (long.length === 0) return [];
    const keyed = parts.find(({ part }) => part.form === 'texts' && part.holds === 'keys');
    const keys = keyed && [...textsIn(row, keyed)];
    const keyOf = (i: number) => {
      const key = keys?.[i];
      return key ? `.${row.toString('utf8', key.start, key.end)}` : '';
    };
    return long.map(({ text, i }) => ({ ...text, path: `${name}${listed}${keyOf(i)}` }));
  });
}

/** The text of a column that is one; undefined when the rows have no such column. */
export function textOfColumn(row: Buffer, columns: readonly ColumnParts[], name: string): string | undefined {
  const column = columns.find(candidate => candidate.name === name);
  const part = column?.parts[0];
  if (part?.part.form !== 'texts') return undefined;
  const [text] = textsIn(row, part);
  return text && row.toString('utf8', text.start, text.end);
}
