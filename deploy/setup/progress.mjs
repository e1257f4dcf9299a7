import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Ends the set-up; the message says what to do. */
export class SetupFailed extends Error {}

/** A command that was run ended with an error. The message holds the end of what it printed. */
export class CommandFailed extends Error {}

const PLAIN_HEARTBEAT_MS = 10_000;
/** How much of a failed command's output is shown; the rest is in a file. */
const TAIL_LINES = 15;
const isTerminal = process.stdout.isTTY;

let done = 0;
/** What the command that runs now printed last, for the updating line on a terminal. */
let lastLine = '';

export function stepsDone() {
  return done;
}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Runs one piece of work, shows that it goes on, and says how long it took. */
export async function step(title, work) {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(isTerminal ? 0 : 1);
  lastLine = '';
  const heartbeat = isTerminal
    ? setInterval(() => redraw(`  … ${title}  ${seconds()} s  ${lastLine}`), 200)
    : setInterval(() => say(`  … ${title}: ${seconds()} s so far`), PLAIN_HEARTBEAT_MS);
  try {
    return await work();
  } catch (error) {
    throw error instanceof CommandFailed ? new SetupFailed(`${title} failed.\n${error.message}`) : error;
  } finally {
    clearInterval(heartbeat);
    if (isTerminal) redraw('');
    done++;
    say(`  - ${title.padEnd(60)} ${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`);
  }
}

function redraw(text) {
  const width = process.stdout.columns ?? 80;
  process.stdout.write(`\r\x1b[2K${text.slice(0, width - 1)}`);
}

/**
 * Runs a command to its end without input.
 *
 * @param options.keepOutput whether all that it printed is kept in a file when it fails
 * @returns what it wrote to standard output
 * @throws CommandFailed when it cannot be started, ends with an error or takes longer than `timeoutMs`. Its message ends
 * with the file that holds all the output, where that is kept.
 */
export function run(command, args, { env = {}, cwd, timeoutMs, keepOutput = true } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    let stdout = '';
    let output = '';
    const hear = chunk => {
      output += chunk;
      lastLine = linesOf(String(chunk)).at(-1) ?? lastLine;
    };
    child.stdout.on('data', chunk => {
      stdout += chunk;
      hear(chunk);
    });
    child.stderr.on('data', hear);
    child.once('error', error => reject(new CommandFailed(`${command} cannot be run: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
      const lines = [`\`${[command, ...args].join(' ')}\` ${how}:`, ...linesOf(output).slice(-TAIL_LINES)];
      if (keepOutput) lines.push(`All of its output: ${keep(output)}`);
      reject(new CommandFailed(lines.join('\n    ')));
    });
  });
}

/**
 * In a folder of its own, which only this user may look into: under a name that can be guessed, somebody else could have
 * put a link there beforehand, and the set-up, often root, would write over what it leads to.
 */
function keep(output) {
  const file = join(mkdtempSync(join(tmpdir(), 'otelrows-setup-')), 'output.log');
  writeFileSync(file, output);
  return file;
}

function linesOf(text) {
  return text.split(/[\r\n]+/).filter(line => line.trim() !== '');
}

/** Whether a command runs and ends well. */
export async function works(command, args, options) {
  return run(command, args, { timeoutMs: 15_000, keepOutput: false, ...options }).then(
    () => true,
    () => false,
  );
}
