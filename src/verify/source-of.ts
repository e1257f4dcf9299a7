import type { Header, NextOffset } from '../kafka/ports.js';
import { ROW_ID_HEADER, sourceOfRowId } from '../messages/row-id.js';

/**
 * Where a row says that it is from, by its row id or by `headers: standard`; null when it does not.
 *
 * @param columnRowId the id that was in the row.
 */
export function sourceOf(columnRowId: string | null, headers: readonly Header[]): NextOffset | null {
  const text = (name: string) => headers.find(({ key }) => key === name)?.value.toString('utf8');
  const rowId = columnRowId ?? text(ROW_ID_HEADER);
  if (rowId) return sourceOfRowId(rowId);
  const topic = text('otelrows.source.topic');
  const partition = Number(text('otelrows.source.partition') ?? Number.NaN);
  const offset = Number(text('otelrows.source.offset') ?? Number.NaN);
  return topic !== undefined && Number.isSafeInteger(partition) && Number.isSafeInteger(offset)
    ? { topic, partition, offset }
    : null;
}
