/** Protobuf written by hand, for what no encoder would write. */

/** A varint of as few bytes as it takes. */
export function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

export function tag(field: number, wireType: number): number[] {
  return varint(field * 8 + wireType);
}

/** A length-delimited field. */
export function bytesField(field: number, ...content: (number[] | string)[]): number[] {
  const bytes = content.flatMap(part => (typeof part === 'string' ? [...Buffer.from(part)] : part));
  return [...tag(field, 2), ...varint(bytes.length), ...bytes];
}

/** `bytesField` of content that is too large for arrays. */
export function lengthDelimited(content: Buffer, field: number): Buffer {
  return Buffer.concat([Buffer.from([...tag(field, 2), ...varint(content.length)]), content]);
}

export function varintField(field: number, value: number | bigint): number[] {
  return [...tag(field, 0), ...varint(value)];
}

export function fixed64Field(field: number, value: bigint): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return [...tag(field, 1), ...bytes];
}

/** A request of traces with one span of these fields. */
export function spanRequest(...fields: number[][]): Buffer {
  return Buffer.from(bytesField(1, bytesField(2, bytesField(2, fields.flat()))));
}

/** A request of logs with one record of these fields. */
export function logRequest(...fields: number[][]): Buffer {
  return spanRequest(...fields);
}

/** A request of metrics with one metric of these fields. */
export function metricRequest(...fields: number[][]): Buffer {
  return spanRequest(...fields);
}
