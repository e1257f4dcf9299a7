import { describe, expect, it } from 'vitest';
import { type MessageSchema, REQUEST_SCHEMAS, setField } from '../../../../src/transform/decode/schema.js';

function schemaAt(root: MessageSchema, ...path: string[]): MessageSchema {
  return path.reduce((schema, name) => {
    const field = schema.fieldByJsonName.get(name);
    if (field?.kind !== 'message') throw new Error(`${schema.name} has no message ${name}`);
    return field.message;
  }, root);
}

const span = schemaAt(REQUEST_SCHEMAS.traces, 'resourceSpans', 'scopeSpans', 'spans');
const metric = schemaAt(REQUEST_SCHEMAS.metrics, 'resourceMetrics', 'scopeMetrics', 'metrics');

describe('the schema', () => {
  it('finds a field by number and by both names', () => {
    const field = span.fieldByNumber[7];
    expect(field).toMatchObject({ name: 'startTimeUnixNano', kind: 'fixed64', repeated: false });
    expect(span.fieldByJsonName.get('startTimeUnixNano')).toBe(field);
    expect(span.fieldByJsonName.get('start_time_unix_nano')).toBe(field);
  });

  it('knows the lengths of ids', () => {
    expect(span.fieldByNumber[1]).toMatchObject({ kind: 'id', idBytes: 16 });
    expect(span.fieldByNumber[2]).toMatchObject({ kind: 'id', idBytes: 8 });
    expect(span.fieldByNumber[4]).toMatchObject({ name: 'parentSpanId', kind: 'id', idBytes: 8 });
  });

  it('knows the names of enums', () => {
    const kind = span.fieldByJsonName.get('kind');
    if (kind?.kind !== 'enum') throw new Error('kind is an enum');
    expect(kind.enumNumbers.get('SPAN_KIND_SERVER')).toBe(2);
    expect(kind.enumNumbers.get('__proto__')).toBeUndefined();
  });

  it('tells what makes rows and what nests', () => {
    expect(span).toMatchObject({ isItem: true, isValue: false });
    expect(schemaAt(span, 'attributes', 'value')).toMatchObject({ isItem: false, isValue: true });
    for (const data of ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']) {
      expect(schemaAt(metric, data, 'dataPoints').isItem).toBe(true);
    }
  });

  it('makes messages with defaults, lists of their own, and nothing that may be absent', () => {
    const histogram = schemaAt(metric, 'histogram', 'dataPoints');
    const point = histogram.create();
    expect(point).toStrictEqual({
      startTimeUnixNano: 0n,
      timeUnixNano: 0n,
      count: 0n,
      bucketCounts: [],
      explicitBounds: [],
      exemplars: [],
      attributes: [],
      flags: 0,
    });
    expect(histogram.create()['attributes']).not.toBe(point['attributes']);
  });
});

describe('setField', () => {
  it('unsets the other members of a oneof, and only those', () => {
    const message = { name: 'm', gauge: {} };
    const sum = metric.fieldByJsonName.get('sum');
    if (!sum) throw new Error('metric has a sum');
    setField(message, sum, 'the sum');
    expect(message).toStrictEqual({ name: 'm', sum: 'the sum' });
  });
});
