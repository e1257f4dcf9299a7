import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Frame, frameSplitter } from './frames.js';

const QUEUED_BYTES_MAX = 4 * 1024 * 1024;
/** With a bandwidth limit, a frame goes out in pieces of this size. */
const PIECE_BYTES = 4 * 1024;

/** What a lane asks before it passes a frame on. */
export interface LaneRules {
  /** How long the frame stays on the way. */
  delayMs(frame: Frame): number;
  bytesPerSecond(): number | null;
  /** May change the frame, before anything is asked about it. */
  rewrite?(frame: Frame): void;
}

/**
 * One direction of a connection. Frames keep their order, so a frame that waits makes all behind it wait, as in TCP.
 * What has been read from a sender that then closes is still delivered: bytes in a network do not know that their
 * sender has given up.
 */
export function openLane(from: Socket, to: Socket, rules: LaneRules): void {
  const split = frameSplitter();
  const queue: { frame: Frame; readyAt: number }[] = [];
  let queuedBytes = 0;
  let running = false;
  let ended = false;

  const run = async (): Promise<void> => {
    running = true;
    for (let next = queue.shift(); next; next = queue.shift()) {
      const waitMs = next.readyAt - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      await write(next.frame);
      queuedBytes -= next.frame.length;
      if (queuedBytes < QUEUED_BYTES_MAX) from.resume();
    }
    running = false;
    if (ended) to.end();
  };

  const write = async (frame: Frame): Promise<void> => {
    for (let start = 0; start < frame.length && to.writable; ) {
      const limit = rules.bytesPerSecond();
      const piece = limit === null ? frame.subarray(start) : frame.subarray(start, start + PIECE_BYTES);
      if (limit !== null) await sleep((piece.length / limit) * 1000);
      start += piece.length;
      if (!to.write(piece)) await writableAgain(to);
    }
  };

  from.on('data', (piece: Buffer) => {
    for (const frame of split(piece)) {
      rules.rewrite?.(frame);
      queuedBytes += frame.length;
      queue.push({ frame, readyAt: performance.now() + rules.delayMs(frame) });
    }
    if (queuedBytes >= QUEUED_BYTES_MAX) from.pause();
    if (!running) void run();
  });
  const end = () => {
    ended = true;
    if (!running) to.end();
  };
  from.on('end', end);
  from.on('close', end);
}

function writableAgain(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
    if (socket.destroyed) done();
  });
}
