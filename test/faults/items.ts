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

const SPAN_NAME = 'operation';
const BODY = 'something happened';
const METRIC = 'requests';
const TRACES = 200;
const SERVICES = 9;

/** Told by the item, so that a row shows whether all of it is of one item; items of many records share a trace. */
export function traceIdOf({ partition, sequence }: ItemId): string {
  return (1 + ((partition * 31 + sequence * 7) % TRACES)).toString(16).padStart(32, '0');
}

export function serviceOf({ partition }: ItemId): string {
  return `service-${1 + (partition % SERVICES)}`;
}

export interface RequestShape {
  signal: Signal;
  /** The first of its items; the others count on from there. */
  first: ItemId;
  itemCount: number;
  /** Length of an attribute that has no other purpose than its size. */
  paddingBytes?: number;
}

/** One export request in OTLP/JSON, made without any code of otelrows. */
export function exportRequest({ signal, first, itemCount, paddingBytes = 0 }: RequestShape): Buffer {
  const items = Array.from({ length: itemCount }, (_, index) => ({
    partition: first.partition,
    sequence: first.sequence + index,
  }));
  const resource = { attributes: [attribute('service.name', serviceOf(first))] };
  const padding = paddingBytes === 0 ? [] : [attribute('padding', 'x'.repeat(paddingBytes))];
  const scope = { name: 'faults' };
  const time = '1760003312123456789';
  switch (signal) {
    case 'traces': {
      const spans = items.map(item => ({
        traceId: traceIdOf(item),
        spanId: itemIdText(item),
        name: SPAN_NAME,
        kind: 2,
        startTimeUnixNano: time,
        endTimeUnixNano: '1760003312128456789',
        attributes: padding,
      }));
      return json({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] });
    }
    case 'logs': {
      const logRecords = items.map(item => ({
        timeUnixNano: time,
        severityNumber: 9,
        body: { stringValue: BODY },
        traceId: traceIdOf(item),
        spanId: itemIdText(item),
        attributes: padding,
      }));
      return json({ resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] });
    }
    case 'metrics': {
      const dataPoints = items.map(item => ({
        timeUnixNano: time,
        asInt: '1',
        attributes: [attribute('item', itemIdText(item)), ...padding],
      }));
      const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
      return json({
        resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: [{ name: METRIC, sum }] }] }],
      });
    }
  }
}

export interface RowContent {
  item: ItemId;
  /** What of the row, or of its key, is not the item's; `null` when all of it is. */
  foreign: string | null;
}

/**
 * Reads a row and the key of its message, with the default settings for keys.
 *
 * @param keyed false where messages hold rows of many keys, and so must have none.
 * @throws Error when the row tells no item.
 */
export function readRow(signal: Signal, json: string, key: Buffer | null, keyed = true): RowContent {
  const row = JSON.parse(json) as Record<string, unknown>;
  const attributes = row['Attributes'] as Record<string, unknown> | undefined;
  const item = parseItemId(String(signal === 'metrics' ? attributes?.['item'] : row['SpanId']));
  const service = serviceOf(item);
  const of: Record<Signal, { key: string; columns: Record<string, unknown> }> = {
    traces: { key: traceIdOf(item), columns: { TraceId: traceIdOf(item), SpanName: SPAN_NAME } },
    logs: { key: service, columns: { TraceId: traceIdOf(item), Body: BODY } },
    metrics: { key: service, columns: { MetricName: METRIC, Value: 1 } },
  };
  const found = { ...row, key: key?.toString('utf8') };
  const expected = {
    ...of[signal].columns,
    ServiceName: service,
    key: keyed ? of[signal].key : undefined,
  };
  const foreign = Object.entries(expected).find(([name, text]) => found[name as keyof typeof found] !== text);
  return { item, foreign: foreign ? `${foreign[0]} is ${found[foreign[0] as keyof typeof found]}` : null };
}

function attribute(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}

function json(request: unknown): Buffer {
  return Buffer.from(JSON.stringify(request));
}
