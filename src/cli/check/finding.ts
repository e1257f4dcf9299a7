/** One thing that `otelrows check` found. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem';
  /** What was looked at: `brokers`, `input otlp_spans`. */
  subject: string;
  /** What was found, and for a warning or problem what to do. */
  text: string;
}

export const ok = (subject: string, text: string): Finding => ({ level: 'ok', subject, text });
export const warning = (subject: string, text: string): Finding => ({ level: 'warning', subject, text });
export const problem = (subject: string, text: string): Finding => ({ level: 'problem', subject, text });

const MARKS = { ok: '✓', warning: '!', problem: '✗' } as const;
const COLOURS = { ok: 32, warning: 33, problem: 31 } as const;
const SUBJECT_WIDTH = 12;

/** A finding as a line of text; colours for terminals only. */
export function formatFinding({ level, subject, text }: Finding, colour: boolean): string {
  const mark = colour ? `\u001b[${COLOURS[level]}m${MARKS[level]}\u001b[0m` : MARKS[level];
  return `${mark} ${subject.padEnd(SUBJECT_WIDTH)} ${text}`;
}
