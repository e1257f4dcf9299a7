/**
 * One OTLP/JSON export request of spans whose ids are numbers, so that a test can say which spans became rows. Written
 * without any code of otelrows.
 *
 * @param first number of the first span; the others count on from there.
 */
export function spansRequest(first: number, count: number, attributes: Record<string, string> = {}): Buffer {
  const spans = Array.from({ length: count }, (_, index) => ({
    traceId: hex(Math.floor((first + index) / 10) + 1, 32),
    spanId: spanIdOf(first + index),
    name: `operation ${(first + index) % 7}`,
    kind: 2,
    startTimeUnixNano: '1760003312123456789',
    endTimeUnixNano: '1760003312128456789',
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
  }));
  return Buffer.from(
    JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] },
          scopeSpans: [{ scope: { name: 'test' }, spans }],
        },
      ],
    }),
  );
}

/** The span id of a numbered span, as rows show it. Never all zeros, which would mean no id. */
export function spanIdOf(number: number): string {
  return hex(number + 1, 16);
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
