/** A frame of the Kafka protocol: 4 bytes of length, then so many bytes. */
export type Frame = Buffer;

/** The request types that faults are aimed at, by their number in the protocol (`ApiKeys` in Kafka). */
export const API = {
  produce: 0,
  initProducerId: 22,
  addPartitionsToTxn: 24,
  addOffsetsToTxn: 25,
  endTxn: 26,
  txnOffsetCommit: 28,
} as const;

export type ApiName = keyof typeof API;

/** Cuts a byte stream into frames. Returns a function that takes the next piece and gives the frames it completes. */
export function frameSplitter(): (piece: Buffer) => Frame[] {
  let pieces: Buffer[] = [];
  let length = 0;

  return piece => {
    pieces.push(piece);
    length += piece.length;
    const frames: Frame[] = [];
    while (length >= 4) {
      const joined = pieces.length === 1 && pieces[0] ? pieces[0] : headOf(pieces);
      const frameLength = 4 + joined.readUInt32BE(0);
      if (length < frameLength) break;
      const all = Buffer.concat(pieces);
      frames.push(all.subarray(0, frameLength));
      pieces = [all.subarray(frameLength)];
      length -= frameLength;
    }
    return frames;
  };
}

/** Enough of the pieces to read the length from, without joining megabytes each time one arrives. */
function headOf(pieces: readonly Buffer[]): Buffer {
  const head: Buffer[] = [];
  let length = 0;
  for (const piece of pieces) {
    if (length >= 4) break;
    head.push(piece);
    length += piece.length;
  }
  return Buffer.concat(head);
}

/** Its type and the number that its response repeats. */
export function requestHeader(frame: Frame): { apiKey: number; correlationId: number } {
  return { apiKey: frame.readInt16BE(4), correlationId: frame.readInt32BE(8) };
}

export function responseCorrelationId(frame: Frame): number {
  return frame.readInt32BE(4);
}
