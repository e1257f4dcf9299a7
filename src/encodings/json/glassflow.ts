import type { RowKind } from '../../tables/columns.js';
import { type GlassflowField, glassflowFieldsOf } from '../../tables/glassflow-fields.js';
import { numberText } from '../../values/json-text.js';
import { blankSeparated } from '../../values/time-text.js';
import type { RowEncoding } from '../encoding.js';
import { type JsonField, jsonEncoder } from './encode.js';
import type { RowText } from './row-text.js';

/** JSON as glassflowexporter writes it, but for what `escapeHtml` does to it. */
export function glassflowJsonEncoder(kind: RowKind, out: RowText): RowEncoding['encode'] {
  // Go writes a list that was never filled as null: so do the exporter's metric rows, but not its events and links.
  const emptyList = kind === 'traces' ? '[]' : 'null';
  const fields = glassflowFieldsOf(kind).map(field => jsonField(field, emptyList));
  return jsonEncoder(fields, { float, nanoseconds: quotedTime, seconds: quotedTime }, out);
}

function jsonField(field: GlassflowField, emptyList: '[]' | 'null'): JsonField {
  return 'fields' in field
    ? { name: field.name, fields: field.fields.map(nested => jsonField(nested, emptyList)) }
    : { ...field, emptyList };
}

function quotedTime(unixNano: bigint): string {
  return `"${blankSeparated(unixNano)}"`;
}

/**
 * NaN is null and the infinities are the greatest doubles. The exporter does so for values of points, exemplars and
 * quantiles only: a NaN sum, minimum, maximum or bound makes it drop the whole request. Here they follow the same rule.
 */
function float(value: number): string {
  if (Number.isNaN(value)) return 'null';
  return numberText(Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE));
}
