import type { InputRecord, NextOffset } from '../kafka/ports.js';

/** Where a row says that it is from, in the headers that `headers: standard` adds; null when it does not. */
export function sourceOf({ headers }: Pick<InputRecord, 'headers'>): NextOffset | null {
  if (headers.length === 0) return null;
  const text = (name: string) => headers.find(({ key }) => key === name)?.value.toString('utf8');
  const topic = text('otelrows.source.topic');
  const partition = Number(text('otelrows.source.partition') ?? Number.NaN);
  const offset = Number(text('otelrows.source.offset') ?? Number.NaN);
  return topic !== undefined && Number.isSafeInteger(partition) && Number.isSafeInteger(offset)
    ? { topic, partition, offset }
    : null;
}
