import { literal } from '../../tables/sql.js';
import {
  createDatabase,
  createStatement,
  onCluster,
  type SchemaObject,
  type Table,
  tableName,
  type View,
} from '../objects.js';
import type { SchemaOptions } from '../schema-options.js';
import { ownsTables, schemaObjects } from '../statements.js';
import { askForSame, type Same } from './normal-form.js';
import { type Ask, readServerTables, type ServerTable, settingsIn, settingsOf } from './server-tables.js';
import type { Step } from './step.js';
import { tableChanges } from './table-changes.js';

/** What is to be done on a server, so that it has what is printed. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What differs and cannot be changed in place, or is left on purpose; one line each. */
  readonly left: readonly string[];
}

/** A table that rows are to go into is not there. */
export class TablesMissing extends Error {
  override readonly name = 'TablesMissing';
  constructor(readonly tables: readonly string[]) {
    super(`${tables.join(', ')}: no such table`);
  }
}

/**
 * Compares a server with what is printed. Nothing that is there is deleted but views and Kafka engine tables, which keep no
 * rows; columns, indexes and tables that are not printed are left alone.
 *
 * A Kafka engine table cannot be changed. It is made again with its views, and goes on at the offsets that its consumer
 * group has committed. Since another group would read the topic from its start, a table that reads the same topic keeps the
 * group that it has.
 *
 * @throws TablesMissing where the flavor says that tables are there.
 */
export async function planSchema(options: SchemaOptions, ask: Ask): Promise<Plan> {
  const tables = await readServerTables(ask, options.database);
  const printed = schemaObjects(options);
  const left: string[] = [];
  const objects = printed.map(object => keepGroup(object, tables, left));
  refuseMissing(objects, tables);
  const same = await askForSame(ask, objects, tables);

  const steps: Step[] = [];
  const [database] = await ask(
    `SELECT count() AS there FROM system.databases WHERE name = ${literal(options.database)}`,
  );
  if (ownsTables(options) && Number(database?.['there']) === 0)
    steps.push({ what: `create database ${options.database}`, statements: [createDatabase(options)] });

  const made = new Set<string>();
  for (const object of objects) {
    const table = tables.get(object.name);
    if (table === undefined || made.has(object.name)) {
      steps.push(create(object, options));
    } else if (object.kind === 'view') {
      steps.push(...viewSteps(object, table, options, same));
    } else if (object.engine === 'Kafka') {
      const reasons = kafkaDifferences(object, table);
      if (reasons.length === 0) continue;
      const views = objects.filter(({ kind, name }) => kind === 'view' && name.startsWith(`${object.name}_`));
      for (const { name } of views) made.add(name);
      steps.push(replaceKafka(object, views, tables, reasons, options));
    } else {
      const changes = tableChanges(object, table, options, same);
      steps.push(...changes.steps);
      left.push(...changes.left);
    }
  }
  return { steps, left };
}

function create(object: SchemaObject, options: SchemaOptions): Step {
  const what = object.kind === 'table' ? 'table' : 'view';
  return { what: `create ${what} ${object.name}`, statements: [createStatement(object, options)] };
}

/** Its views are made again with it: they read its columns, and without them nothing is read meanwhile. */
function replaceKafka(
  table: Table,
  views: readonly SchemaObject[],
  tables: ReadonlyMap<string, ServerTable>,
  reasons: readonly string[],
  options: SchemaOptions,
): Step {
  const drop = ({ name }: SchemaObject) =>
    `DROP TABLE IF EXISTS ${tableName(name, options)}${onCluster(options)} SYNC`;
  return {
    what: `replace ${table.name}, which goes on at its committed offsets: ${reasons.join('; ')}`,
    // What reads goes first, so that no row is read that no view takes.
    statements: [table, ...views.filter(({ name }) => tables.has(name))].map(drop).concat(
      // The views themselves follow as steps of their own.
      createStatement(table, options),
    ),
  };
}

function viewSteps(view: View, table: ServerTable, options: SchemaOptions, same: Same): Step[] {
  const refresh = / REFRESH (EVERY \d+ \w+)/.exec(table.createStatement)?.[1];
  // Of what stands before the query. A database may have any name, and those of our tables need no quotes.
  const [head = ''] = table.createStatement.split(' AS ');
  const sameTarget = head.includes(`.${view.to} `);
  if (same(view.select, table.select) && refresh === view.refresh && sameTarget) return [];
  const name = tableName(view.name, options);
  if (sameTarget && refresh === undefined && view.refresh === undefined) {
    const statement = `ALTER TABLE ${name}${onCluster(options)} MODIFY QUERY\n${view.select}`;
    return [
      {
        what: `change view ${view.name}: another query, from one block of rows to the next`,
        statements: [statement],
      },
    ];
  }
  return [
    {
      what: `replace view ${view.name}: ${sameTarget ? 'it runs at other times' : 'it fills another table'}`,
      statements: [`DROP TABLE ${name}${onCluster(options)} SYNC`, createStatement(view, options)],
    },
  ];
}

/** How a Kafka engine table differs from the printed one, in words. */
function kafkaDifferences(table: Table, { columns, engineFull }: ServerTable): string[] {
  const listed = (all: readonly { name: string; type: string }[]) =>
    all.map(({ name, type }) => `${name} ${type}`).join(', ');
  const wanted = printedSettings(table);
  const there = settingsOf({ engineFull });
  const names = [...new Set([...wanted.keys(), ...there.keys()])];
  return [
    ...(listed(table.columns) === listed(columns) ? [] : ['other columns']),
    ...names
      .filter(name => wanted.get(name) !== there.get(name))
      .map(name => `${name} is ${there.get(name) ?? 'not set'} and becomes ${wanted.get(name) ?? 'not set'}`),
  ];
}

function printedSettings({ settings = [] }: Table): Map<string, string> {
  return settingsIn(settings.filter(line => !line.startsWith('--')).join(', '));
}

const GROUP = 'kafka_group_name';
const TOPICS = 'kafka_topic_list';

function keepGroup(
  object: SchemaObject,
  tables: ReadonlyMap<string, ServerTable>,
  left: string[],
): SchemaObject {
  if (object.kind === 'view' || object.engine !== 'Kafka') return object;
  const table = tables.get(object.name);
  if (table?.engine !== 'Kafka') return object;
  const [there, wanted] = [settingsOf(table), printedSettings(object)];
  const group = there.get(GROUP);
  if (group === undefined || group === wanted.get(GROUP) || there.get(TOPICS) !== wanted.get(TOPICS))
    return object;
  left.push(
    `${object.name} reads in the consumer group ${group}, not in ${wanted.get(GROUP)}, which would read the topic from its start.`,
  );
  return {
    ...object,
    settings: (object.settings ?? []).map(line =>
      line.startsWith(`${GROUP} =`) ? `${GROUP} = ${group}` : line,
    ),
  };
}

function refuseMissing(objects: readonly SchemaObject[], tables: ReadonlyMap<string, ServerTable>): void {
  const printed = new Set(objects.map(({ name }) => name));
  const missing = objects.flatMap(object =>
    object.kind === 'view' && !printed.has(object.to) && !tables.has(object.to) ? [object.to] : [],
  );
  if (missing.length > 0) throw new TablesMissing([...new Set(missing)]);
}
