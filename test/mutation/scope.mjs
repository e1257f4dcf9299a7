// What `npm run mutation` changes: the code in which a small mistake costs rows, doubles them, or shows a secret.

import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

/** By their last names: files are moved between folders more often than they are renamed. */
const NAMES = [
  // What a batch is, and what is read again after one that failed.
  'processor',
  'batch',
  'process-record',
  'pace',
  'assignment',
  'refuse-committed',
  'rewind',
  // What makes rows and offsets one.
  'transaction',
  'at-least-once',
  'claim',
  // Which rows go out, in which messages, and what becomes of those that do not fit.
  'prepare-rows',
  'row-id',
  'pack-rows',
  'json-lines/join',
  'fit-messages',
  'topic-limits',
  'send-record',
  'item-ranges',
  'dead-letter-record',
  // Who would notice that rows are missing.
  'missed-records',
  'lag',
  'settle',
  // What keeps secrets.
  'mask',
  'read-environment',
];

/**
 * @returns the paths of these files.
 * @throws Error when there is none of a name: it was renamed, and would no longer be looked at.
 */
export function riskiestFiles() {
  const files = readdirSync('src', { recursive: true })
    .map(path => join('src', path))
    // Its sources are AssemblyScript, which only its own compiler reads.
    .filter(path => !path.startsWith(join('src', 'kernel')));
  return NAMES.flatMap(name => {
    const found = files.filter(file => file.endsWith(join(sep, `${name}.ts`)));
    if (found.length === 0)
      throw new Error(`test/mutation/scope.mjs names ${name}.ts, which src no longer has`);
    return found;
  });
}
