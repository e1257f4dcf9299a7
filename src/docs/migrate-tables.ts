import { checkDelivery } from '../config/checks/delivery.js';
import {
  type DocumentedKey,
  GLASSFLOW_KEYS,
  KAFKA_KEYS,
  ROTEL_KEYS,
} from '../config/migrate/documented-keys.js';
import { type ForeignConfig, SIGNALS } from '../config/migrate/foreign-config.js';
import { leaveOutContradictions } from '../config/migrate/migrate.js';
import { collectorConfig } from '../config/migrate/read-collector.js';
import { rotelConfig } from '../config/migrate/read-rotel.js';
import { translate } from '../config/migrate/translate.js';

const END = '<!-- The end of what is made. -->\n';

/**
 * The page docs/migrate.md with its tables: what `otelrows migrate` makes of every key that is documented.
 * @throws Error when the page has no place for one.
 */
export function withMigrateTables(page: string): string {
  const glassflow = tableOf(GLASSFLOW_KEYS, key => key, collectorWith('glassflow'));
  const kafka = tableOf(KAFKA_KEYS, key => key, collectorWith('kafka'));
  const rotel = tableOf(ROTEL_KEYS, key => `--${key}`, rotelWith);
  const tables = { glassflow, kafka, rotel };
  return Object.entries(tables).reduce((made, [program, table]) => withTable(made, program, table), page);
}

function withTable(page: string, program: string, table: string): string {
  const mark = `<!-- Made by "npm run docs" from src/config/foreign-keys.ts: ${program} -->\n`;
  const begin = page.indexOf(mark);
  const end = page.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`the page has no place for the table of ${program}`);
  return `${page.slice(0, begin)}${mark}${table}${page.slice(end)}`;
}

function tableOf(keys: readonly DocumentedKey[], nameOf: (key: string) => string, read: ReadOne): string {
  const rows = keys.map(
    ({ key, value }) => `| \`${nameOf(key)}\` | ${code(value)} | ${describe(read(key, value))} |\n`,
  );
  return `\n| key | for example | here |\n|---|---|---|\n${rows.join('')}\n`;
}

/** A config that has one key. */
type ReadOne = (key: string, value: unknown) => ForeignConfig;

const collectorWith =
  (exporter: string): ReadOne =>
  (key, value) => {
    const section = key.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    return collectorConfig(section as Record<string, unknown>, exporter, {
      placeOf: () => '',
      signals: SIGNALS,
    });
  };

const rotelWith: ReadOne = (key, value) =>
  rotelConfig([{ path: [key.replaceAll('-', '_')], value, place: '' }], '');

/** What one key becomes. Others may contradict it; those that stand beside it, such as those of a login, are not there. */
function describe(config: ForeignConfig): string {
  const found = translate(config);
  leaveOutContradictions(found, checkDelivery);
  const made = [...found.settings].filter(([, { from }]) => from !== null);
  return (
    [
      ...made.map(([name, { value }]) => `\`${name}\`: ${code(value)}`),
      ...found.untranslated.map(line => `not translated: ${line.replace(/^.*? is not translated: /, '')}`),
    ].join('; ') || 'what otelrows does anyway'
  );
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
