import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ForeignConfig } from '../config/migrate/foreign-config.js';
import { migrate as translateConfig } from '../config/migrate/migrate.js';
import { readCollector } from '../config/migrate/read-collector.js';
import { readRotel } from '../config/migrate/read-rotel.js';
import { asFileTrouble } from '../file-trouble.js';

export interface MigrateOptions {
  /** Where the config is written; standard output when not given. */
  out?: string;
  /** Which exporter of the collector's config, where there are several. */
  exporter?: string;
}

const READERS: Record<Program, (text: string, file: string, options: MigrateOptions) => ForeignConfig> = {
  glassflow: (text, file, { exporter }) => readCollector(text, file, exporter),
  rotel: readRotel,
};

export type Program = 'glassflow' | 'rotel';

/**
 * `otelrows migrate`: writes the config that does what another program's config does, and tells what of it could not be
 * translated.
 *
 * @param file `-` is standard input.
 * @throws ConfigInvalid, InputInvalid when the file cannot be read, or is none of that program.
 */
export async function migrate(
  program: Program,
  file: string,
  options: MigrateOptions,
  output: { config(text: string): void; notes(text: string): void },
): Promise<void> {
  const name = file === '-' ? 'standard input' : file;
  const foreign = READERS[program](await textOf(file), name, options);
  const { yaml, untranslated } = translateConfig(foreign, [
    `Made of ${basename(name)} by "otelrows migrate ${program}". docs/migrate.md has what each key becomes, and what else to do.`,
  ]);
  if (options.out === undefined) output.config(yaml);
  // Of a file that is there somebody may want more than this.
  else writeFileSync(options.out, yaml, { flag: 'wx' });
  output.notes(untranslated.map(line => `${line}\n`).join(''));
}

async function textOf(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // Of a directory the failure does not name it.
    throw asFileTrouble(error, file);
  }
}
