import { gzipSync } from 'node:zlib';
import { defaultConfig } from '../../../src/config/schema.js';
import type { Random } from '../../../src/demo/telemetry/random.js';
import { PoisonRecord } from '../../../src/errors.js';
import { readInput } from '../../../src/messages/read-input.js';
import { createPlainTransform } from '../../../src/transform/plain-transform.js';
import { exportRequest, type RequestShape } from '../items.js';
import { requestInEither, type Spoil } from '../load.js';
import type { Scenario } from '../scenario.js';
import { until } from '../until.js';

const WORKERS = 3;
const POISON_SHARE = 0.01;
const NESTING = 10_000;
const WRITE_TIMEOUT_MS = 900_000;
const ATTEMPTS_MAX = 1000;

/** Records that cannot be decoded lie among those that can. */
export const poison: Scenario = {
  name: 'poison',
  title: '1 % of records mutated, truncated, in another encoding or nested 10,000 deep',
  counts: { published: 100_000, short: 5_000 },
  unit: 'records',
  run: async ({ open, count, fault, problem }) => {
    const pipeline = await open({
      load: {
        recordsPerSecondMax: 5_000,
        backlogMax: 5_000,
        itemsPerRecordMax: 4,
        recordsMax: count,
        spoil: spoil(),
      },
      settings: { batch: { max_records: 100 } },
    });
    for (let slot = 0; slot < WORKERS; slot += 1) pipeline.fleet.start(slot);
    fault('poison');
    const written = await until(() => pipeline.load.writtenCount === count, WRITE_TIMEOUT_MS);
    if (!written) problem(`only ${pipeline.load.writtenCount} of ${count} records could be written`);
  },
};

type Poisoning = (request: RequestShape, random: Random) => Buffer;

const mutated: Poisoning = (request, random) => {
  const value = Buffer.from(requestInEither(request, random));
  for (let flips = random.integer(1, 4); flips > 0; flips -= 1) {
    const at = random.integer(0, value.length - 1);
    value[at] = random.integer(0, 255);
  }
  return value;
};

const truncated: Poisoning = (request, random) => {
  const value = requestInEither(request, random);
  return value.subarray(0, random.integer(1, value.length - 1));
};

const otherEncoding: Poisoning = (request, random) => {
  const value = exportRequest(request);
  return random.pick<Buffer>([
    gzipSync(value).subarray(0, -9), // A whole one is read.
    Buffer.from(value.toString('utf8'), 'utf16le'),
    Buffer.from('2026-01-01T00:00:00Z INFO a line of text'),
    Buffer.from(value.toString('base64')),
    exportRequest({ ...request, signal: 'logs' }),
  ]);
};

const nested: Poisoning = request => {
  const [before = '', after = ''] = exportRequest({ ...request, paddingBytes: 1 })
    .toString('utf8')
    .split('{"stringValue":"x"}');
  const opening = '{"arrayValue":{"values":['.repeat(NESTING);
  return Buffer.from(`${before}${opening}{}${']}}'.repeat(NESTING)}${after}`);
};

const KINDS: readonly [Poisoning, ...Poisoning[]] = [mutated, truncated, otherEncoding, nested];

/** What a worker does not refuse, after all, is not poison: such a mutation is drawn again. */
function spoil(): Spoil {
  const config = defaultConfig();
  const input = { topic: 'in', signal: 'traces', encoding: 'auto', framing: 'auto' } as const;
  const transform = createPlainTransform(config);
  const refused = (value: Buffer) => {
    try {
      const read = readInput({ value, headers: [] }, input, config.limits.max_record_bytes);
      transform(read.signal ?? 'traces', read.encoding, read.value);
      return false;
    } catch (error) {
      if (error instanceof PoisonRecord) return true;
      throw error;
    }
  };
  return (request, random) => {
    if (!random.chance(POISON_SHARE)) return null;
    const make = random.pick(KINDS);
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const value = make(request, random);
      if (refused(value)) return { value, itemCount: 0, itemIndexes: null };
    }
    throw new Error(`no poison in ${ATTEMPTS_MAX} attempts`);
  };
}
