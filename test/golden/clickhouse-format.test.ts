import { expect, it } from 'vitest';
import { createTransform } from '../../src/create-transform.js';
import { columnsOf, ROW_KINDS, TABLES } from '../../src/tables/columns.js';
import { allKindsOn } from '../support/all-kinds-on.js';
import { comparable, expectedJson } from './expected-json.js';
import { goldenCases, storedRows } from './golden-cases.js';
import { member, membersOf, parseLossless } from './lossless-json.js';

const settings = allKindsOn({ row_format: 'clickhouse' });
const transform = createTransform(settings);

const kindOfTable = new Map(ROW_KINDS.map(kind => [TABLES[kind].name as string, kind]));

function kindOf(table: unknown) {
  const kind = kindOfTable.get(String(table));
  if (kind === undefined) throw new Error(`no table ${table}`);
  return kind;
}

function topicOf(kind: (typeof ROW_KINDS)[number]): string {
  return kind === 'traces' || kind === 'logs' ? settings[kind].topic.name : settings.metrics[kind].topic.name;
}

it.each(goldenCases('decodes'))(
  '$signal $name in $encoding makes the rows that the exporter stores',
  golden => {
    const { messages, itemCount, filteredCount } = transform(golden.signal, golden.encoding, golden.value);

    const made = messages.map(({ topic, value, itemIndex }) => ({
      topic,
      itemIndex,
      row: parseLossless(value.toString()),
    }));
    const expected = storedRows(golden).map((stored, itemIndex) => {
      const kind = kindOf(member(stored, 'table'));
      const columns = columnsOf(kind, 'seconds');
      return { columns, topic: topicOf(kind), itemIndex, stored: member(stored, 'columns') };
    });

    expect(
      made.map(({ topic, itemIndex, row }, i) => ({
        topic,
        itemIndex,
        row: membersOf(row).map(([name, value]) => {
          const type = expected[i]?.columns.find(column => column.name === name)?.type;
          return [name, type === undefined ? value : comparable(value, type)];
        }),
      })),
    ).toStrictEqual(
      expected.map(({ columns, topic, itemIndex, stored }) => ({
        topic,
        itemIndex,
        row: columns.map(({ name, type }) => [name, expectedJson(member(stored, name), type)]),
      })),
    );
    expect({ itemCount, filteredCount }).toStrictEqual({ itemCount: expected.length, filteredCount: 0 });
  },
);
