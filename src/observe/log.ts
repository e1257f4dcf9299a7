import type { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import type { Config } from '../config/schema.js';
import type { EventLevel } from './event-list.js';

export type { Logger } from 'pino';

/** Where events are written to: pino's logger, or any other whose methods take fields and a message. */
export type EventLog = { readonly [Level in EventLevel]: (fields: object, message: string) => void };

/**
 * The logger of a command: readable lines on a terminal, one JSON object per line otherwise.
 * Writes synchronously, so that the last words of a worker that ends are not lost.
 */
export async function createLogger(
  { level, format }: Config['log'],
  out: Writable & { isTTY?: boolean } = process.stdout,
): Promise<Logger> {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (format === 'json' || (format === 'auto' && !out.isTTY)) {
    return pino({ ...options, formatters: { level: label => ({ level: label }) } }, out);
  }
  const { default: pretty } = await import('pino-pretty');
  return pino(
    { ...options, formatters: { log: forPeople } },
    pretty({
      colorize: out.isTTY === true,
      destination: out,
      sync: true,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'event',
      singleLine: true,
    }),
  );
}

/** All counters of a worker, most of them zero, are five lines of a terminal; its message has those that matter. */
function forPeople(fields: Record<string, unknown>): Record<string, unknown> {
  return fields['event'] === 'stopped' ? { event: 'stopped' } : fields;
}
