import { expect, test } from 'vitest';
import type { VerifyReport } from '../../src/verify/report.js';
import { testBroker, uniqueName } from '../support/broker.js';
import { createTopic, produce, type ReadRecord, readAll } from '../support/kafka-client.js';
import { spansRequest } from '../support/requests.js';
import { startCommand } from '../support/start-command.js';
import { spansPipeline, startWorker, untilConsumed } from '../support/worker.js';

const idInColumn = ({ value }: ReadRecord): string => JSON.parse(String(value)).RowId;
const idInHeader = ({ headers }: ReadRecord): string => String(new Map(headers).get('otelrows.row_id'));

test.each([
  ['column', 'clickhouse', idInColumn],
  ['header', 'glassflow', idInHeader],
] as const)('row_id: %s, %s rows: another group gives the same ids', async (place, rowFormat, idOf) => {
  const pipeline = spansPipeline();
  const settings = { ...pipeline.settings, row_id: place, row_format: rowFormat };
  await createTopic(testBroker(), pipeline.input, { partitions: 2 });
  await produce(
    testBroker(),
    [0, 1, 2].map(index => ({
      topic: pipeline.input,
      partition: index % 2,
      value: spansRequest(index * 5, 5),
    })),
  );
  const first = startWorker(settings);
  await untilConsumed(pipeline);
  await first.stop();
  const once = (await readAll(testBroker(), pipeline.output)).map(idOf).sort();
  expect(once).toEqual(
    ['0/0', '0/1', '1/0']
      .flatMap(record => [0, 1, 2, 3, 4].map(item => `${pipeline.input}/${record}/${item}`))
      .sort(),
  );

  const group = uniqueName('again');
  const second = startWorker({ ...settings, consumer: { group_id: group } });
  await untilConsumed({ ...pipeline, group });
  await second.stop();
  const twice = (await readAll(testBroker(), pipeline.output)).map(idOf).sort();
  expect(twice).toEqual([...once, ...once].sort());

  // Ids are no part of what is compared: also a config without them finds the rows of the second time too many, and nothing else.
  for (const row_id of [place, 'none']) {
    const command = startCommand('verify', { ...settings, row_id }, ['--json']);
    expect(await command.ended).toBe(1);
    const report: VerifyReport = JSON.parse(command.stdout());
    expect(report).toMatchObject({ matched: 15, duplicate: 15, missing: 0, unexpected: 0, changed: 0 });
  }
});
