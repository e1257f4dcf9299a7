import { expect, it } from 'vitest';
import { columnsOf, ROW_KINDS, TABLES } from '../../../src/tables/columns.js';
import oldTables from '../../golden/columns-v0.149.json' with { type: 'json' };
import newTables from '../../golden/columns-v0.161.json' with { type: 'json' };

it.each(ROW_KINDS)("%s has the columns of the exporter's newest table, in its order", kind => {
  const columns = columnsOf(kind, 'seconds').map(({ name, type }) => [name, type]);
  expect(columns).toStrictEqual(newTables[TABLES[kind].name]);
});

it.each(ROW_KINDS)('%s with metric times of nanoseconds differs as the older tables do', kind => {
  const timesOf = (columns: readonly string[][]) => columns.filter(([, type]) => type?.includes('DateTime'));
  const columns = columnsOf(kind, 'nanoseconds').map(({ name, type }) => [name, type]);
  expect(timesOf(columns)).toStrictEqual(timesOf(oldTables[TABLES[kind].name]));
  expect(columns.map(([name]) => name)).toStrictEqual(TABLES[kind].columns.map(({ name }) => name));
});
