import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ROW_KINDS } from '../tables/columns.js';
import { SIGNALS } from '../transform/decode/otlp.js';
import { COLUMN_NAMES } from './column-names.js';

/**
 * Writes what the kernel has to know of rows at compile time, from the one list of columns: the numbers of signals, row
 * kinds and columns. Part of the build, so that the kernel cannot be built against another list.
 *
 *   node dist/kernel/generate-columns.js FILE
 */
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: generate-columns.js FILE');

const enumOf = (name: string, members: readonly string[]) =>
  `export enum ${name} {\n${members.map(member => `  ${pascalCase(member)},\n`).join('')}}\n`;

function pascalCase(name: string): string {
  return name
    .split(/[_.]/)
    .map(part => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('');
}

const text = [
  '// Written by the build, from src/tables/columns.ts.\n',
  enumOf('Signal', SIGNALS),
  enumOf('Kind', ROW_KINDS),
  enumOf('Column', COLUMN_NAMES),
].join('\n');

// Not in the repository, so a fresh clone has no folder for it. A file that is as it should be keeps its time: the build
// looks at those of all sources to see whether one is needed, and would always find this one younger than itself.
if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
