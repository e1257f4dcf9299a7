const LINE_BYTES = 16;

/** Lines of offset, bytes and what of them is ASCII: `00000010  0a ff …  .a`. */
export function hexDump(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    const line = bytes.subarray(at, at + LINE_BYTES);
    const hex = Array.from(line, byte => byte.toString(16).padStart(2, '0')).join(' ');
    const text = Array.from(line, byte =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    ).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(LINE_BYTES * 3 - 1)}  ${text}`);
  }
  return lines;
}
