import { describe, expect, it } from 'vitest';
import { createTransform } from '../../../src/create-transform.js';
import { encodingsByTopic } from '../../../src/encodings/encodings-of.js';
import { rowIdOf, sourceOfRowId, withRowIds } from '../../../src/messages/row-id.js';
import { allKindsOn } from '../../support/all-kinds-on.js';
import { spansRequest } from '../../support/requests.js';

const RECORD = { topic: 'otlp_spans.v-1', partition: 3, offset: 9_007_199_254_740_991 };

const messagesOf = (rowFormat: 'clickhouse' | 'glassflow') =>
  createTransform(allKindsOn({ row_format: rowFormat }))('traces', 'otlp_json', spansRequest(0, 3)).messages;

const encodingOf = encodingsByTopic(allKindsOn());
const { splitRowId } = encodingOf('otel-traces');

describe('row ids', () => {
  it('name the record and the item, and lead back to it', () => {
    const rowId = rowIdOf(RECORD, 7);
    expect(rowId).toBe('otlp_spans.v-1/3/9007199254740991/7');
    expect(sourceOfRowId(rowId)).toEqual(RECORD);
    expect(sourceOfRowId('in/12/34/56')).toEqual({ topic: 'in', partition: 12, offset: 34 });
    for (const other of ['', 'a/b', 'a/1/2', 'a/1/2/x', '/1/2/3', 'a/1/2/3/4']) {
      expect(sourceOfRowId(other)).toBeNull();
    }
  });

  it.each(['clickhouse', 'glassflow'] as const)(
    'are one more column of %s rows, nothing else changes',
    format => {
      const before = messagesOf(format);
      const after = withRowIds(before, RECORD, 'column', encodingOf);
      expect(after.map(({ value }) => JSON.parse(String(value)))).toEqual(
        before.map(({ value }, index) => ({ RowId: rowIdOf(RECORD, index), ...JSON.parse(String(value)) })),
      );
      expect(after.map(({ value: _, ...others }) => others)).toEqual(
        before.map(({ value: _, ...others }) => others),
      );
      for (const [index, { value }] of after.entries()) {
        expect(splitRowId(value)).toEqual({ row: before[index]?.value, rowId: rowIdOf(RECORD, index) });
      }
    },
  );

  it('are a header of each message', () => {
    const before = messagesOf('clickhouse');
    const after = withRowIds(before, RECORD, 'header', encodingOf);
    expect(after).toEqual(
      before.map((message, index) => ({
        ...message,
        headers: [{ key: 'otelrows.row_id', value: Buffer.from(rowIdOf(RECORD, index)) }],
      })),
    );
  });

  it('count the items that make no row', () => {
    const [message] = messagesOf('clickhouse');
    if (!message) throw new Error('no message');
    const [identified] = withRowIds([{ ...message, itemIndex: 41 }], RECORD, 'column', encodingOf);
    expect(splitRowId(identified?.value ?? Buffer.alloc(0)).rowId).toBe(rowIdOf(RECORD, 41));
  });

  it('are not there by default, and rows without them are taken as they are', () => {
    const messages = messagesOf('clickhouse');
    expect(withRowIds(messages, RECORD, 'none', encodingOf)).toBe(messages);
    for (const text of ['{}', '', '{"RowId":"', '{"RowId":7}', 'x']) {
      expect(splitRowId(Buffer.from(text))).toEqual({ row: Buffer.from(text), rowId: null });
    }
  });
});
