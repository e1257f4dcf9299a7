import type { Random } from '../../src/demo/telemetry/random.js';

export type Signal = 'traces' | 'logs' | 'metrics';

/**
 * What makes an item (a span, log record or data point) different from all others of its input topic: the partition of
 * the record that holds it, and its number there, counted from 0 in the order of the partition.
 */
export interface ItemId {
  partition: number;
  sequence: number;
}

/** Sixteen hex digits, so that it can be a span id; never all zeros, which would mean no id. */
export function itemIdText({ partition, sequence }: ItemId): string {
  return partition.toString(16).padStart(4, '0') + (sequence + 1).toString(16).padStart(12, '0');
}

/** @throws Error when it is not the text of an item id. */
export function parseItemId(text: string): ItemId {
  if (!/^[0-9a-f]{16}$/.test(text)) throw new Error(`not the identity of an item: ${text}`);
  return {
    partition: Number.parseInt(text.slice(0, 4), 16),
    sequence: Number.parseInt(text.slice(4), 16) - 1,
  };
}

const KEYS = 200;

export interface RequestShape {
  signal: Signal;
  /** The first of its items; the others count on from there. */
  first: ItemId;
  itemCount: number;
  /** Length of an attribute that has no other purpose than its size. */
  paddingBytes?: number;
  random: Random;
}

/** One export request in OTLP/JSON, made without any code of otelrows. */
export function exportRequest({ signal, first, itemCount, paddingBytes = 0, random }: RequestShape): Buffer {
  const ids = Array.from({ length: itemCount }, (_, index) =>
    itemIdText({ partition: first.partition, sequence: first.sequence + index }),
  );
  const resource = { attributes: [attribute('service.name', `service-${random.integer(1, 9)}`)] };
  const padding = paddingBytes === 0 ? [] : [attribute('padding', 'x'.repeat(paddingBytes))];
  const scope = { name: 'faults' };
  const traceId = () => random.integer(1, KEYS).toString(16).padStart(32, '0');
  const time = '1760003312123456789';
  switch (signal) {
    case 'traces': {
      const spans = ids.map(spanId => ({
        traceId: traceId(),
        spanId,
        name: 'operation',
        kind: 2,
        startTimeUnixNano: time,
        endTimeUnixNano: '1760003312128456789',
        attributes: padding,
      }));
      return json({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] });
    }
    case 'logs': {
      const logRecords = ids.map(spanId => ({
        timeUnixNano: time,
        severityNumber: 9,
        body: { stringValue: 'something happened' },
        traceId: traceId(),
        spanId,
        attributes: padding,
      }));
      return json({ resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] });
    }
    case 'metrics': {
      const dataPoints = ids.map(id => ({
        timeUnixNano: time,
        asInt: '1',
        attributes: [attribute('item', id), ...padding],
      }));
      const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
      return json({
        resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: [{ name: 'm', sum }] }] }],
      });
    }
  }
}

/** The identity of the item that a row was made of. @throws Error when the row tells none. */
export function itemIdOfRow(signal: Signal, row: Buffer): ItemId {
  const parsed = JSON.parse(row.toString('utf8')) as {
    SpanId?: unknown;
    Attributes?: Record<string, unknown>;
  };
  const text = signal === 'metrics' ? parsed.Attributes?.['item'] : parsed.SpanId;
  return parseItemId(String(text));
}

function attribute(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}

function json(request: unknown): Buffer {
  return Buffer.from(JSON.stringify(request));
}
