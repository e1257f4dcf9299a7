import type { RecordContext } from '../steps/context.js';
import type { ContextLog } from './define.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Where functions of users write their lines. @param fields their own, and the coordinates of the record. */
export type FunctionLog = (
  level: (typeof LOG_LEVELS)[number],
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/** To standard error, for commands whose output is rows. */
export const logToStderr: FunctionLog = (level, message, fields) => {
  const { topic, partition, offset, ...own } = fields;
  const where = topic === '' ? '' : ` (${topic}-${partition}, offset ${offset})`;
  const told = Object.keys(own).length === 0 ? '' : ` ${JSON.stringify(own, asText)}`;
  process.stderr.write(`${level}: ${message}${told}${where}\n`);
};

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** The log of one record. */
export function contextLog(log: FunctionLog, recordOf: () => RecordContext): ContextLog {
  const line =
    (level: (typeof LOG_LEVELS)[number]) =>
    (message: string, fields: object = {}) => {
      const { topic, partition, offset } = recordOf();
      log(level, String(message), { ...fields, topic, partition, offset });
    };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
