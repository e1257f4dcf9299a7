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

/** Puts the error into a response to `txnOffsetCommit` of version 3, for every partition that it is about. */
export function refuseOffsets(response: Frame, errorCode: number): void {
  // Length, number of the request, no tagged fields, time of throttling.
  let at = 4 + 4 + 1 + 4;
  // Compact lengths are one more than what they count; names and lists of these tests fit into one byte, or two.
  const compactLength = (): number => {
    const low = response.readUInt8(at++);
    return (low < 0x80 ? low : (low & 0x7f) | (response.readUInt8(at++) << 7)) - 1;
  };
  for (let topics = compactLength(); topics > 0; topics -= 1) {
    const nameBytes = compactLength();
    at += nameBytes;
    for (let partitions = compactLength(); partitions > 0; partitions -= 1) {
      response.writeInt16BE(errorCode, at + 4);
      at += 4 + 2 + 1;
    }
    at += 1;
  }
}

export function responseCorrelationId(frame: Frame): number {
  return frame.readInt32BE(4);
}
