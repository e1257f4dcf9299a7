/**
 * Errors are named for what happens next, and each is caught in one place:
 *
 * | error           | what happens next                                                   | caught in               |
 * |-----------------|---------------------------------------------------------------------|-------------------------|
 * | `PoisonRecord`  | the record goes to the dead-letter topic, its neighbours flow       | messages/process-record.ts |
 * | `AbortBatch`    | the transaction is aborted, the input rewound, the batch done again | stream/processor.ts     |
 * | `Fenced`        | the producer is dropped and a new one made, then as `AbortBatch`    | stream/processor.ts     |
 * | `Rejoin`        | the consumer and producer are dropped, and new ones begin anew      | stream/worker.ts        |
 * | `ConfigInvalid` | the process ends with exit code 2, every problem listed             | main.ts                 |
 * | `InputInvalid`  | the command ends with exit code 2 and one line                      | main.ts                 |
 * | `Fatal`         | the process ends with exit code 1 and one line                      | main.ts                 |
 * | `Unfinished`    | the process kills itself: its Kafka client may wait for minutes     | main.ts                 |
 */
import type { PoisonReason } from './dead-letter-reasons.js';

export type { PoisonReason };

/** The record can never become rows. Its bytes go to the dead-letter topic, whole and unchanged. */
export class PoisonRecord extends Error {
  override readonly name = 'PoisonRecord';
  readonly reason: PoisonReason;
  /** Where in the request, as OTLP/JSON spells it: `resourceSpans[0].scopeSpans[1].spans[7].traceId`; '' is the root. */
  readonly fieldPath: string;
  /** Offset into the record's value of the first byte that is wrong, where one can be named. */
  readonly byteOffset: number | undefined;
  /** As in `TransformedRecord`: what went wrong in the kernel, before the plain transform refused the record. */
  kernelFailure?: string;

  /** @param problem what is wrong and what was expected, without coordinates: those are added here. */
  constructor(reason: PoisonReason, problem: string, at: { fieldPath?: string; byteOffset?: number } = {}) {
    const field = at.fieldPath ? `${at.fieldPath}: ` : '';
    const byte = at.byteOffset === undefined ? '' : ` (byte ${at.byteOffset})`;
    super(`${field}${problem}${byte}`);
    this.reason = reason;
    this.fieldPath = at.fieldPath ?? '';
    this.byteOffset = at.byteOffset;
  }
}

/** The running transaction cannot be committed; nothing of it may be kept. The same records are processed again. */
export class AbortBatch extends Error {
  override readonly name = 'AbortBatch';
}

/** The producer cannot be used any more: another one took over its transactional id, or its state is unknown. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** The group has no place for this consumer any more, or not yet: only another one may join. */
export class Rejoin extends Error {
  override readonly name = 'Rejoin';
  /** Another consumer took this one's place in the group. */
  readonly replaced: boolean;

  constructor(message: string, replaced: boolean) {
    super(message);
    this.replaced = replaced;
  }
}

/** Something the user wrote in a config file, an environment variable or a flag cannot be used. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  readonly problems: readonly string[];

  /** @param problems one complete sentence each: key, value, what is allowed, where it was written. */
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** A file or argument given to a command cannot be used. */
export class InputInvalid extends Error {
  override readonly name = 'InputInvalid';
}

/** The worker cannot go on and trying again would not help. */
export class Fatal extends Error {
  override readonly name = 'Fatal';
}

/** The user does not want to wait until the running batch is finished. Nothing is lost by it. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';
}
