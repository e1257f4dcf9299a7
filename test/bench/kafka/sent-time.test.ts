import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/schema.js';
import { createTransform } from '../../../src/create-transform.js';
import { encodeJson, encodeProtobuf } from '../../../src/demo/telemetry/encode-otlp.js';
import { createRandom } from '../../../src/demo/telemetry/random.js';
import { encodingsOf } from '../../../src/encodings/encodings-of.js';
import { makeRecords } from '../inputs.js';
import { readSentMicros, sentMicrosOf, spanIdPositions, writeSentMicros } from './sent-time.js';
import { spanIdsOfBlock } from './span-ids-of-block.js';

const encoders = { createRandom, encodeProtobuf, encodeJson };
const MICROS = 1_795_000_000_123_456;

test('every row tells when its span was sent', () => {
  const [request = Buffer.alloc(0)] = makeRecords(encoders, 'traces', 'otlp_proto', {
    itemCount: 100,
    requestItems: 100,
    seed: 3,
  });
  const positions = spanIdPositions(request);
  expect(positions).toHaveLength(100);
  writeSentMicros(request, positions, MICROS);

  const settings = defaultConfig();
  const json = createTransform({ ...settings, transform: { engine: 'plain', rules: [] } });
  const { messages } = json('traces', 'otlp_proto', request);
  expect(messages.map(({ value }) => readSentMicros(value))).toEqual(Array(100).fill(MICROS));
  const ids = messages.map(({ value }) => /"SpanId":"([0-9a-f]+)"/.exec(String(value))?.[1]);
  expect(new Set(ids).size).toBe(100);

  settings.traces.encoding = 'native';
  const rows = createTransform(settings)('traces', 'otlp_proto', request).messages;
  const block = encodingsOf(settings).traces.packing?.join(rows) ?? Buffer.alloc(0);
  expect(spanIdsOfBlock(block)).toEqual(ids);
  expect(spanIdsOfBlock(block).map(sentMicrosOf)).toEqual(Array(100).fill(MICROS));
  expect(() => spanIdsOfBlock(Buffer.from('{"SpanId":"00"}'))).toThrow('15 bytes are no block of spans');
});

test('a row without a span tells nothing', () => {
  expect(readSentMicros(Buffer.from('{"TraceId":"00"}'))).toBeNull();
});
