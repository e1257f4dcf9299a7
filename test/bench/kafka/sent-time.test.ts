import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/schema.js';
import { createTransform } from '../../../src/create-transform.js';
import { encodeJson, encodeProtobuf } from '../../../src/demo/telemetry/encode-otlp.js';
import { createRandom } from '../../../src/demo/telemetry/random.js';
import { makeRecords } from '../inputs.js';
import { readSentMicros, spanIdPositions, writeSentMicros } from './sent-time.js';

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

  const transform = createTransform({ ...defaultConfig(), transform: 'plain' });
  const { messages } = transform('traces', 'otlp_proto', request);
  expect(messages.map(({ value }) => readSentMicros(value))).toEqual(Array(100).fill(MICROS));
  const ids = messages.map(({ value }) => /"SpanId":"([0-9a-f]+)"/.exec(String(value))?.[1]);
  expect(new Set(ids).size).toBe(100);
});

test('a row without a span tells nothing', () => {
  expect(readSentMicros(Buffer.from('{"TraceId":"00"}'))).toBeNull();
});
