/**
 * When a span was sent, told by its id: seven bytes of microseconds since 1970, and one that tells the spans of a request
 * apart. So the reader of a row knows how old it is without asking anybody.
 */

const SPAN_NAME = Buffer.from('"SpanId":"');
const MICROS_HEX_DIGITS = 14;

/** From the request to the ids of its spans: the numbers of `resource_spans`, `scope_spans`, `spans`, `span_id`. */
const SPAN_ID_PATH = [1, 2, 2, 2];

/** Where the ids of spans begin in a protobuf request. */
export function spanIdPositions(request: Buffer): number[] {
  let found = [{ start: 0, end: request.length }];
  for (const number of SPAN_ID_PATH) {
    found = found.flatMap(message => [...fieldsOf(request, message, number)]);
  }
  return found.map(({ start }) => start);
}

/** The contents of the length-delimited fields of that number. */
function* fieldsOf(bytes: Buffer, message: { start: number; end: number }, number: number) {
  let at = message.start;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.end) {
    const tag = varint();
    switch (tag & 7) {
      case 0:
        varint();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (tag >> 3 === number) yield { start: at, end: at + length };
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new Error(`a request with the wire type ${tag & 7} at ${at}`);
    }
  }
}

export function writeSentMicros(request: Buffer, positions: readonly number[], micros: number): void {
  for (const [index, position] of positions.entries()) {
    request.writeUIntBE(Math.floor(micros / 2 ** 24), position, 4);
    request.writeUIntBE(micros % 2 ** 24, position + 4, 3);
    request.writeUInt8(index & 0xff, position + 7);
  }
}

/** Of a row as JSON. @returns null when it has no span id. */
export function readSentMicros(row: Buffer): number | null {
  const at = row.indexOf(SPAN_NAME);
  if (at < 0) return null;
  const from = at + SPAN_NAME.length;
  return sentMicrosOf(row.toString('latin1', from, from + MICROS_HEX_DIGITS));
}

/** @param spanId in hex. */
export function sentMicrosOf(spanId: string): number {
  return Number.parseInt(spanId.slice(0, MICROS_HEX_DIGITS), 16);
}
