import type { CommittedOffset } from '../../kafka/ports.js';

/**
 * What a replay keeps beside each committed offset of its group, and so in the same transactions as its rows: whose
 * offsets they are, and what the run was asked to do. The group's offsets are all that is needed to go on with it.
 */
export interface RunNote {
  /** Names one run of the command. Another name means that another run has taken the group over. */
  run: string;
  /** Where the replay began and ends in this partition. */
  from: number;
  to: number;
  /** How many partitions have such a note: brokers delete each of them that is old enough by itself. */
  partitions?: number;
  /** What the user asked for, in the words of the command; to be the same when the replay goes on. */
  asked: Readonly<Record<string, string>>;
}

const KIND = 'replay';

export function encodeNote(note: RunNote): string {
  return JSON.stringify({ otelrows: KIND, ...note });
}

/** `null` for an offset that no replay has committed. */
export function noteOf({ metadata }: CommittedOffset): RunNote | null {
  try {
    const parsed: unknown = JSON.parse(metadata ?? '');
    return isNote(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function isNote(value: unknown): value is RunNote {
  const note = value as Partial<RunNote & { otelrows: string }> | null;
  return (
    typeof note === 'object' &&
    note?.otelrows === KIND &&
    typeof note.run === 'string' &&
    Number.isSafeInteger(note.from) &&
    Number.isSafeInteger(note.to) &&
    typeof note.asked === 'object'
  );
}
