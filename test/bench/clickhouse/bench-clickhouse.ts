import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EmbeddedClickhouse } from '../../../src/demo/clickhouse/embedded-clickhouse.js';
import type { RowKind } from '../../../src/tables/columns.js';
import { type Build, loadBuild, loadRowsBuild, type RowsBuild } from '../build.js';
import {
  CLICKHOUSE_USAGE,
  type ClickhouseBenchCommand,
  parseClickhouseBenchCommand,
} from './command-line.js';
import { type Round, renderRounds } from './figures.js';
import { FORMATS, type Format } from './formats.js';
import { writeRowFile } from './row-file.js';
import {
  compressStatement,
  dictionariesStatement,
  fingerprintStatement,
  insertStatement,
  parseStatement,
  tableOf,
  tableStatements,
} from './statements.js';

/** Measures what rows cost ClickHouse, by their encoding. */
export async function benchClickhouse(args: string[]): Promise<void> {
  if (args.includes('--help')) return say(CLICKHOUSE_USAGE);
  const command = parseClickhouseBenchCommand(args);
  const rounds = await measureClickhouse(command, say);
  if (command.save) writeFileSync(command.save, `${JSON.stringify(rounds, null, 2)}\n`);
  say(`\n${renderRounds(rounds, command.markdown ? 'markdown' : 'text')}`);
}

/**
 * Has ClickHouse read files of equal rows, format after format, round after round.
 *
 * @throws Error when the formats do not make the same rows: then their times say nothing.
 */
export async function measureClickhouse(
  command: Pick<ClickhouseBenchCommand, 'kinds' | 'formats' | 'rowCount' | 'rounds' | 'blockRows'>,
  say: (line: string) => void,
): Promise<Round[]> {
  const folder = resolve('dist');
  const build = { ...(await loadBuild(folder)), ...(await loadRowsBuild(folder)) };
  const dir = mkdtempSync(join(tmpdir(), 'otelrows-bench-'));
  const clickhouse = await build.startEmbeddedClickhouse(dir);
  const rounds: Round[] = [];
  try {
    for (const kind of command.kinds) {
      say(`${kind}: ${command.rowCount} rows`);
      for (const statement of tableStatements(kind)) await clickhouse.run(statement);
      const files: RowFile[] = [];
      for (const format of command.formats) {
        files.push(await writeFile(clickhouse, build, dir, kind, format, command));
      }
      let expected: Stored | undefined;
      for (let round = 1; round <= command.rounds; round++) {
        for (const file of files) {
          const { spent, stored } = await measure(clickhouse, kind, file, command.rowCount);
          expected ??= stored;
          if (stored.rows !== String(command.rowCount) || stored.hash !== expected.hash) {
            const [found, others] = [stored, expected].map(table => JSON.stringify(table));
            throw new Error(`${kind} of ${file.format.name}: the table holds ${found}, of others ${others}`);
          }
          rounds.push({ kind, format: file.format.name, round, ...file.bytes, ...spent });
        }
      }
      for (const { path } of files) rmSync(path);
      await clickhouse.run(`TRUNCATE TABLE ${tableOf(kind)}`);
    }
  } finally {
    await clickhouse.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  return rounds;
}

/** Rows in a file. */
interface RowFile {
  format: Format;
  path: string;
  bytes: Pick<Round, 'bytesPerRow' | 'lz4BytesPerRow' | 'zstdBytesPerRow'>;
}

async function writeFile(
  clickhouse: EmbeddedClickhouse,
  build: Build & RowsBuild,
  dir: string,
  kind: RowKind,
  format: Format,
  { rowCount, blockRows }: Pick<ClickhouseBenchCommand, 'rowCount' | 'blockRows'>,
): Promise<RowFile> {
  const path = join(dir, `${kind}-${format.name}`);
  if (format.dictionaries === 'none') {
    writeRowFile(build, path, { kind, encoding: format.encoding, rowCount, blockRows });
  } else {
    const plain = { format: plainTwin(format), file: `${path}-plain` };
    writeRowFile(build, plain.file, { kind, encoding: format.encoding, rowCount, blockRows });
    await clickhouse.run(dictionariesStatement(kind, plain, { format, file: path }));
    rmSync(plain.file);
  }
  const compressed = async (method: 'lz4' | 'zst') => {
    await clickhouse.run(compressStatement(path, method));
    const { size } = statSync(`${path}.${method}`);
    rmSync(`${path}.${method}`);
    return size / rowCount;
  };
  const bytesPerRow = statSync(path).size / rowCount;
  const bytes = {
    bytesPerRow,
    lz4BytesPerRow: await compressed('lz4'),
    zstdBytesPerRow: await compressed('zst'),
  };
  return { format, path, bytes };
}

function plainTwin({ encoding }: Format): Format {
  const found = FORMATS.find(other => other.encoding === encoding && other.dictionaries === 'none');
  if (!found) throw new Error(`no plain format has the encoding ${encoding}`);
  return found;
}

/** What a table holds. */
interface Stored {
  rows: string;
  hash: string;
}

/** What it took, and what the table holds then. */
async function measure(
  clickhouse: EmbeddedClickhouse,
  kind: RowKind,
  { format, path }: RowFile,
  rowCount: number,
) {
  const parse = await clickhouse.run(parseStatement(kind, format, path));
  await clickhouse.run(`TRUNCATE TABLE ${tableOf(kind)}`);
  const insert = await clickhouse.run(insertStatement(kind, format, path));
  const [stored = {}] = await clickhouse.rows(fingerprintStatement(kind));
  const perMillion = (seconds: number) => (seconds / rowCount) * 1e6;
  const spent = { parseSecondsPerMillion: perMillion(parse), insertSecondsPerMillion: perMillion(insert) };
  return { spent, stored: { rows: String(stored['rows']), hash: String(stored['hash']) } };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
