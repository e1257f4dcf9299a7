import { createInterface } from 'node:readline/promises';
import { InputInvalid } from '../errors.js';

/**
 * Asks on the terminal whether to go on; anything but `y` or `yes` is no.
 * @param yes the answer was given on the command line.
 * @throws InputInvalid where nobody can be asked.
 */
export async function confirm(question: string, yes: boolean, stop: AbortSignal): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new InputInvalid('this is no terminal, so nobody can be asked: give --yes to go on without');
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C reaches a terminal that reads lines, not the process.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: stop });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (stop.aborted) return false;
    throw error;
  } finally {
    lines.close();
  }
}
