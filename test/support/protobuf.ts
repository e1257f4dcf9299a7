/** A protobuf field of length-delimited content. `tag` is the whole tag byte. */
export function bytesField(tag: number, content: Buffer): Buffer {
  const length: number[] = [];
  let left = content.length;
  for (; left > 0x7f; left >>>= 7) length.push((left & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([tag, ...length, left]), content]);
}
