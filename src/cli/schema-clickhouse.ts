import type { Config } from '../config/schema.js';
import type { Flavor, SchemaOptions, Tiers } from '../ddl/schema-options.js';
import { schemaOptionsOf } from '../ddl/schema-options-of.js';
import { printSchema } from '../ddl/statements.js';
import { InputInvalid } from '../errors.js';
import type { Signal } from '../transform/decode/otlp.js';
import { HANDLER_KINDS } from '../transform/functions/handler-transform.js';
import { loadModule } from '../user-modules/load-module.js';

export interface SchemaClickhouseOptions {
  flavor: Flavor;
  database?: string;
  /** Separated by commas; the brokers of the config when not given. */
  brokers?: string;
  groupPrefix: string;
  serverVersion?: string;
  /** Seconds, as all ages. */
  retention?: number;
  /** The older name of the same, in seconds too. */
  retentionDays?: number;
  rollups?: string[];
  rollupRetention?: number;
  collapseRetries?: boolean;
  storagePolicy?: string;
  moveAfter?: number;
  moveTo?: string;
  cluster?: string;
  replicated?: true | string;
  consumers: number;
  blockRows: number;
  flushMs: number;
  /** Address of a ClickHouse to compare with. */
  diff?: string;
  /** Address of a ClickHouse that shall have it all. */
  apply?: string;
  yes?: boolean;
}

/** Prints the statements that make ClickHouse read the output topics of a config, or compares with a server, or runs them. */
export async function runSchemaClickhouse(config: Config, options: SchemaClickhouseOptions): Promise<void> {
  const { diff, apply, yes = false } = options;
  const schema = await withHandlerTable(config, withGiven(config, options));
  if (diff === undefined && apply === undefined) {
    process.stdout.write(printSchema(schema));
    return;
  }
  const { applySchema, diffSchema } = await import('./schema/apply-schema.js');
  if (apply !== undefined) await applySchema(apply, schema, { yes });
  else if (diff !== undefined) process.exitCode = await diffSchema(diff, schema);
}

/** The table of a handler in the place of ours, where the config's module exports one. */
async function withHandlerTable(config: Config, schema: SchemaOptions): Promise<SchemaOptions> {
  const { module } = config.transform;
  const { handler, table } = module === null ? NO_HANDLER : await loadModule(module);
  if (handler === null) return schema;
  if (table === null)
    throw new InputInvalid(
      `${module} exports handler, whose rows have columns of its own, and does not say which: ` +
        "export const table = { columns: { id: 'String' }, orderBy: ['id'] }",
    );
  const signals = config.inputs.map(({ signal }) => signal);
  const kinds = Object.entries(HANDLER_KINDS).flatMap(([signal, kind]) =>
    signals.includes('auto') || signals.includes(signal as Signal) ? [kind] : [],
  );
  const topics = Object.fromEntries(kinds.map(kind => [kind, schema.topics[kind]]));
  return { ...schema, topics, handlerTable: table };
}

const NO_HANDLER = { handler: null, table: null };

function withGiven(config: Config, options: SchemaClickhouseOptions): SchemaOptions {
  const { flavor, database, brokers, groupPrefix, serverVersion, consumers, blockRows, flushMs } = options;
  if (options.rollupRetention !== undefined && options.rollups === undefined)
    throw new InputInvalid(
      '--rollup-retention says how long rollups are kept: say which ones by --rollups 5m,1h.',
    );
  const retentionSeconds = options.retention ?? options.retentionDays;
  return {
    ...schemaOptionsOf(config, flavor),
    groupPrefix,
    ...(brokers === undefined ? {} : { brokers: brokers.split(',') }),
    ...(database === undefined ? {} : { database }),
    ...(serverVersion === undefined ? {} : { serverVersion }),
    ...(retentionSeconds === undefined ? {} : { retentionSeconds }),
    ...(options.rollups === undefined ? {} : { rollups: options.rollups }),
    ...(options.cluster === undefined ? {} : { cluster: options.cluster }),
    ...(options.replicated === undefined ? {} : { replicated: replicatedOf(options.replicated) }),
    ...(options.collapseRetries ? { collapseRetries: true } : {}),
    tiers: tiersOf(options),
    reading: { consumers, blockRows, flushMs },
    ...(options.rollupRetention === undefined ? {} : { rollupRetentionSeconds: options.rollupRetention }),
  };
}

function replicatedOf(given: true | string): { path?: string } {
  return given === true ? {} : { path: given };
}

function tiersOf({
  storagePolicy,
  moveAfter,
  moveTo,
  retention,
  retentionDays,
}: SchemaClickhouseOptions): Tiers {
  if ((moveAfter === undefined) !== (moveTo === undefined))
    throw new InputInvalid(
      '--move-after and --move-to go together: when rows are moved, and to which volume.',
    );
  if (moveAfter !== undefined && moveAfter >= (retention ?? retentionDays ?? Number.POSITIVE_INFINITY))
    throw new InputInvalid(
      '--move-after has to be less than --retention: rows would be deleted before they are moved.',
    );
  return {
    ...(storagePolicy === undefined ? {} : { storagePolicy }),
    ...(moveAfter === undefined || moveTo === undefined
      ? {}
      : { move: { afterSeconds: moveAfter, toVolume: moveTo } }),
  };
}
