import { readFileSync, statSync } from 'node:fs';
import { describeFileError } from '../../file-trouble.js';
import { type MakeAct, RuleUnready } from './action.js';
import { attributesReader, sourceReader } from './item-values.js';
import { readTable, type Table } from './lookup-table.js';

const BYTES_MAX = 64 * 1024 * 1024;

/** How often it is looked whether a file has changed. */
const LOOKED_AFTER_MS = 1_000;

/**
 * Sets attributes from a file, by the value of a key. The file is read again when it has changed; while it cannot be read, what
 * it held before counts. An item whose key is not in the file is matched and not changed.
 */
export const lookup: MakeAct<'lookup'> = (action, { kind, warn }) => {
  const { file, by, key, set, into = 'attributes', max_bytes = BYTES_MAX } = action;
  const table = watchedTable(file, key, max_bytes, warn);
  const read = sourceReader(by, kind);
  const attributesOf = attributesReader(into === 'resource' ? 'resource' : 'attribute', kind);
  const members = Object.entries(set);
  return (item, context) => {
    const value = read(item, context);
    if (value === undefined) return 'skip';
    const found = table().get(String(value));
    if (found === undefined) return 'keep';
    const attributes = attributesOf(item);
    for (const [attribute, column] of members) {
      const text = found[column];
      if (text !== undefined) attributes.set(attribute, text);
    }
    return 'change';
  };
};

/** @throws RuleUnready when the file cannot be read at first. */
function watchedTable(
  file: string,
  key: string,
  bytesMax: number,
  warn: (message: string) => void,
): () => Table {
  let { table, version } = loadTable(file, key, bytesMax);
  let problem: string | null = null;
  let lookedAt = Date.now();
  return () => {
    const now = Date.now();
    if (now - lookedAt < LOOKED_AFTER_MS) return table;
    lookedAt = now;
    try {
      // One that cannot be read is tried each time.
      if (problem !== null || versionOf(file) !== version)
        ({ table, version } = loadTable(file, key, bytesMax));
      if (problem !== null) warn(`${file} can be read again`);
      problem = null;
    } catch (error) {
      // Someone may be writing it. What it held before is nearer to the truth than nothing; but who broke it should know.
      const { message } = unready(file, error);
      if (message !== problem) warn(`${message}. What the file held before counts`);
      problem = message;
    }
    return table;
  };
}

function loadTable(file: string, key: string, bytesMax: number): { table: Table; version: string } {
  try {
    const version = versionOf(file);
    const { size } = statSync(file);
    if (size > bytesMax)
      throw new RuleUnready(`${file} has ${size} bytes, more than max_bytes (${bytesMax})`);
    return { table: readTable(file, readFileSync(file, 'utf8'), key), version };
  } catch (error) {
    throw unready(file, error);
  }
}

function unready(file: string, error: unknown): RuleUnready {
  if (error instanceof RuleUnready) return error;
  return new RuleUnready(`${file} ${describeFileError(error as NodeJS.ErrnoException)}`);
}

function versionOf(file: string): string {
  const { mtimeMs, size, ino } = statSync(file);
  return `${ino}/${size}/${mtimeMs}`;
}
