import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { RuleUnready } from './action.js';

/** Texts by the column or member that has them. */
type Entry = Readonly<Record<string, string>>;

export type Table = ReadonlyMap<string, Entry>;

/**
 * Reads a table of a file: CSV with names in its first line (RFC 4180), or, where the file is called `.json`, a list of objects,
 * or an object of objects by their keys. Of equal keys the first counts.
 *
 * @throws RuleUnready that says what is wrong, and where.
 */
export function readTable(file: string, content: string, key: string): Table {
  const isJson = file.toLowerCase().endsWith('.json');
  const entries = isJson ? jsonEntries(file, content, key) : csvEntries(file, content, key);
  const table = new Map<string, Entry>();
  for (const entry of entries) {
    const value = entry[key];
    if (value !== undefined && !table.has(value)) table.set(value, entry);
  }
  return table;
}

function csvEntries(file: string, content: string, key: string): Entry[] {
  const columns = (names: string[]): string[] => {
    if (names.includes(key)) return names;
    throw new RuleUnready(
      `${file} has no column ${JSON.stringify(key)}: its first line is ${names.join(',')}`,
    );
  };
  try {
    return parse(content, { columns, bom: true, skip_empty_lines: true }) as Entry[];
  } catch (error) {
    if (error instanceof CsvError) throw new RuleUnready(`${file} is no CSV: ${error.message}`);
    throw error;
  }
}

function jsonEntries(file: string, content: string, key: string): Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new RuleUnready(`${file} is no JSON: ${(error as Error).message}`);
  }
  if (Array.isArray(value)) return value.map(entryOf);
  if (typeof value !== 'object' || value === null) {
    throw new RuleUnready(`${file} must hold a list of objects, or an object of objects by their keys`);
  }
  return Object.entries(value).map(([name, members]) => ({ ...entryOf(members), [key]: name }));
}

function entryOf(members: unknown): Entry {
  if (typeof members !== 'object' || members === null) return {};
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
