/**
 * The bytes of an id.
 *
 * @param hex nothing for no id.
 * @throws RangeError for anything but so many bytes in hex.
 */
export function idBytes(column: string, hex: string, bytes: number): Buffer {
  const id = Buffer.from(hex, 'hex');
  if (hex === '' || (hex.length === 2 * bytes && id.length === bytes)) return id;
  throw new RangeError(`${column} is ${JSON.stringify(hex)}: must have ${2 * bytes} hex digits, or none`);
}
