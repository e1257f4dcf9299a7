import { CommanderError } from 'commander';
import { nearest } from '../config/nearest.js';
import { listedSettings } from '../config/schema.js';
import { ConfigInvalid, Fatal, InputInvalid, Unfinished } from '../errors.js';
import { asFileTrouble } from '../file-trouble.js';
import { blameModule } from '../user-modules/blame.js';

/** What the exit codes mean; `otelrows --help` shows them. 70 is EX_SOFTWARE of sysexits. */
export const EXIT_CODES = {
  0: 'done; of run also: stopped by SIGTERM or Ctrl-C',
  1: 'the command cannot go on: brokers, topics, rights, ports or disks do not allow it; or verify, demo, test, diff or schema --diff found a difference, or verify or diff nothing to compare',
  2: 'something that was given is wrong: the command line, the config or a file',
  70: 'a defect of otelrows',
  129: 'interrupted before it was done: verify, explain, diff and demo by SIGHUP',
  130: 'interrupted before it was done: verify, explain, diff and demo by Ctrl-C, replay and deadletters by Ctrl-C or SIGTERM',
  137: 'ended before the running batch was finished: a second Ctrl-C, or it took too long',
  143: 'interrupted before it was done: verify, explain, diff and demo by SIGTERM',
} as const;

/** As shells count a command that a signal ended. */
export const INTERRUPTED_BY = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const satisfies Partial<Record<NodeJS.Signals, keyof typeof EXIT_CODES>>;

export interface Failure {
  /** For standard error; empty when everything was said already. */
  text: string;
  exitCode: keyof typeof EXIT_CODES;
}

/** Says what an error means to the one who ran the command. Only a defect shows a stack trace. */
export function explainFailure(thrown: unknown): Failure {
  const error = asFileTrouble(thrown);
  if (error instanceof ConfigInvalid) {
    const [only, ...others] = error.problems;
    if (others.length === 0) return { text: `error: ${only}`, exitCode: 2 };
    const lines = error.problems.map(problem => `  ${problem}`).join('\n');
    return { text: `error: ${error.problems.length} problems in the configuration:\n${lines}`, exitCode: 2 };
  }
  if (error instanceof InputInvalid) return { text: `error: ${error.message}`, exitCode: 2 };
  if (error instanceof Fatal) return { text: `error: ${error.message}`, exitCode: 1 };
  if (error instanceof Unfinished) return { text: `error: ${error.message}`, exitCode: 137 };
  if (error instanceof CommanderError) return explainUsage(error);
  const blamed = blameModule(error);
  if (blamed) return { text: `error: ${blamed.message}`, exitCode: 1 };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `${stack}\n\nThis is a bug in otelrows: please report it with the lines above.`,
    exitCode: 70,
  };
}

/** Help and version also end by an error of commander's, with exit code 0. */
function explainUsage(error: CommanderError): Failure {
  if (error.exitCode === 0) return { text: '', exitCode: 0 };
  // A command without arguments that it needs shows its help, which says it all.
  if (error.code === 'commander.help') return { text: '', exitCode: 2 };
  if (error.code === 'commander.unknownOption') return { text: explainOption(error.message), exitCode: 2 };
  return { text: error.message, exitCode: 2 };
}

/**
 * Names an unknown option without what was written into it: that is a value, and may be a password. Commander suggests
 * only options that its help lists, which most settings are not.
 */
function explainOption(message: string): string {
  const [, written = '', rest = ''] = /^error: unknown option '(--?[^\s'=]*)(.*)$/s.exec(message) ?? [];
  const suggested = /^'(\n\(Did you mean [-\w, ]+\?\))$/.exec(rest)?.[1];
  return `error: unknown option '${withoutValue(written)}'${suggested ?? suggestFlag(written)}`;
}

/** Of `-ppw` and `--kafka-auth-sasl-passwordpw` the part that is an option. */
function withoutValue(written: string): string {
  const flag = `--${written.replace(/^-+/, '')}`;
  const secret = secretFlags.find(known => flag.startsWith(known));
  if (secret !== undefined) return flag === secret ? written : `${secret}…`;
  return written.startsWith('--') || nearest(flag, flags) !== null ? written : written.slice(0, 2);
}

function suggestFlag(written: string): string {
  if (flags.includes(written))
    return '\n(It goes after the name of a command that takes settings, such as run.)';
  const meant = nearest(written, flags);
  return meant === null ? '' : `\n(Did you mean ${meant}?)`;
}

const flags = listedSettings.map(({ flag }) => flag);
const secretFlags = listedSettings.filter(({ setting }) => setting.secret).map(({ flag }) => flag);
