import { closeSync, openSync, writeSync } from 'node:fs';
import type { Packing } from '../../../src/encodings/encoding.js';
import type { EncodingName } from '../../../src/encodings/settings.js';
import type { RowKind } from '../../../src/tables/columns.js';
import type { OutputMessage } from '../../../src/transform/transform-record.js';
import type { Build, RowsBuild } from '../build.js';
import { type GeneratedKind, makeRecords } from '../inputs.js';

export interface RowFileShape {
  kind: RowKind;
  encoding: EncodingName;
  rowCount: number;
  /** Rows of a block at most; null is as many as the settings allow. */
  blockRows: number | null;
}

const REQUEST_ITEMS = 100;
const SEED = 1;
const NEWLINE = Buffer.from('\n');

/** Writes the messages of the bench's input into a file, as ClickHouse reads one: a line for each row, or block after block. */
export function writeRowFile(
  build: Build & Pick<RowsBuild, 'encodingsOf'>,
  file: string,
  { kind, encoding, rowCount, blockRows }: RowFileShape,
): void {
  const config = build.defaultConfig();
  const { traces, logs, metrics } = config;
  const output = { traces, logs, ...metrics }[kind];
  output.enabled = true;
  output.encoding = encoding;
  const signal = kind === 'traces' || kind === 'logs' ? kind : 'metrics';
  const transform = build.createTransform(config);
  const { packing } = build.encodingsOf(config)[kind];
  const shape = { itemCount: rowCount, requestItems: REQUEST_ITEMS, seed: SEED };
  const records = makeRecords(build, signal, 'otlp_proto', {
    ...shape,
    ...(signal === 'metrics' && { metricKinds: [kind as GeneratedKind] }),
  });
  const out = openSync(file, 'w');
  try {
    const rows = function* () {
      for (const record of records) yield* transform(signal, 'otlp_proto', record).messages;
    };
    if (packing?.holds === 'rows_of_partition') {
      for (const block of blocksOf(rows(), packing, blockRows ?? packing.rowsMax)) {
        writeSync(out, packing.join(block));
      }
    } else {
      for (const { value } of rows()) writeSync(out, Buffer.concat([value, NEWLINE]));
    }
  } finally {
    closeSync(out);
  }
}

/** Rows as a worker gathers them that is behind, so that its messages are full. */
function* blocksOf(
  rows: Iterable<OutputMessage>,
  packing: Packing,
  rowsMax: number,
): Generator<OutputMessage[]> {
  let block: OutputMessage[] = [];
  let bytes = packing.frameBytesMax;
  for (const row of rows) {
    if (block.length > 0 && (block.length >= rowsMax || bytes + row.value.length > packing.bytesMax)) {
      yield block;
      block = [];
      bytes = packing.frameBytesMax;
    }
    block.push(row);
    bytes += row.value.length + packing.betweenBytes;
  }
  if (block.length > 0) yield block;
}
