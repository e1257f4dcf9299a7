import { setTimeout as sleep } from 'node:timers/promises';
import { exportRequest } from '../items.js';
import type { Spoil } from '../load.js';
import type { Scenario } from '../scenario.js';
import { startWorkers } from './start-workers.js';

const WORKERS = 3;
const OVERSIZE_SHARE = 0.02;
const MESSAGE_BYTES_MAX = 20_000;

/** Some items make rows that their topic does not take; the other items of their record do not. */
export const oversize: Scenario = {
  name: 'oversize',
  title: `rows larger than the max.message.bytes of their topic (${MESSAGE_BYTES_MAX}), for so long`,
  counts: { published: 60, short: 5 },
  unit: 'seconds',
  run: async ({ open, count, fault, problem }) => {
    const pipeline = await open({
      outputConfig: { 'max.message.bytes': String(MESSAGE_BYTES_MAX) },
      load: { spoil: oversizeItem },
    });
    fault('oversize rows');
    await startWorkers(pipeline, WORKERS, problem);
    await sleep(count * 1000);
  },
};

/** One item of the record becomes a row that is too large. What it is filled with cannot be compressed to less. */
const oversizeItem: Spoil = (request, random) => {
  if (!random.chance(OVERSIZE_SHARE)) return null;
  const value = JSON.parse(exportRequest(request).toString('utf8'));
  const { spans } = value.resourceSpans[0].scopeSpans[0];
  const index = random.integer(0, spans.length - 1);
  const stringValue = Buffer.from(random.bytes(2 * MESSAGE_BYTES_MAX)).toString('base64');
  spans[index].attributes.push({ key: 'large', value: { stringValue } });
  return { value: Buffer.from(JSON.stringify(value)), itemCount: request.itemCount, itemIndexes: [index] };
};
