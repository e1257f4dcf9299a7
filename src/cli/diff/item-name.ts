import type { RowValues } from '../rows/row-values.js';
import { visible } from '../visible.js';

const TEXT_MAX = 60;

/** What people know an item by, from its row: the name of a span or metric, or what a log record says; with ids. Empty without a row. */
export function itemName(values: RowValues | null): string {
  if (values === null) return '';
  const text = ['SpanName', 'MetricName', 'Body'].map(name => values[name]).find(isText) ?? '';
  const ids = [values['TraceId'], values['SpanId']].filter(isText).join('/');
  const name = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
  return visible([name, ids === '' ? '' : `(${ids})`].filter(part => part !== '').join(' '));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
