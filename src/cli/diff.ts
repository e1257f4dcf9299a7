import type { Writable } from 'node:stream';
import type { Config } from '../config/schema.js';
import { Fatal } from '../errors.js';
import type { KafkaClients } from '../kafka/ports.js';
import { compareRecord } from './diff/compare-rows.js';
import { createSide } from './diff/make-rows.js';
import { renderSummary } from './diff/render-diff.js';
import { createSummary, differs } from './diff/summary.js';
import { painterFor } from './paint.js';
import { fileRecords } from './records/file-records.js';
import type { ReadingOptions, RecordSource } from './records/record-source.js';
import { withTopic } from './records/topic-records.js';

export interface DiffOptions extends ReadingOptions {
  /** Paths, or `-` for standard input. */
  files: readonly string[];
  fromTopic?: string;
  /** A record of the topic, as `partition:offset`. */
  at?: string;
  /** Of the topic, the newest. */
  records: number;
  /** Of each thing that differs. */
  examples: number;
  output: 'text' | 'json';
}

/**
 * `otelrows diff`: what another config would make of the same records. Nothing is produced, and nothing committed. The exit code is
 * 1 when something differs.
 *
 * @param before is asked for brokers and inputs.
 * @throws InputInvalid when files or records are not there. @throws Fatal when brokers do not allow it, and when there is no record.
 */
export async function diff(
  [before, after]: readonly [before: Config, after: Config],
  kafka: KafkaClients,
  options: DiffOptions,
  out: Writable & { isTTY?: boolean },
): Promise<void> {
  const sides = [await createSide(before), await createSide(after)] as const;
  const summary = createSummary(options.examples);
  const compare = async (source: RecordSource) =>
    summary.add(source.name, await compareRecord(source, ...sides));
  const { files, fromTopic: topic, at, records } = options;
  if (topic === undefined) {
    for (const file of files) {
      for await (const source of fileRecords(file, before, options)) await compare(source);
    }
  } else {
    const wanted = { topic, records, ...(at === undefined ? {} : { at }) };
    const done = await withTopic(before, kafka, wanted, options, opened => opened.read(compare));
    if (done === null) return;
  }
  const found = summary.get();
  if (found.records === 0) throw new Fatal(`there is no record to compare in ${topic ?? files.join(', ')}`);
  const [refused] = found.refused;
  if (refused?.count === found.records) {
    const [{ item = '', message = '' } = {}] = refused.examples;
    throw new Fatal(`there is nothing to compare: no record makes rows, such as ${item}: ${message}`);
  }
  out.write(
    options.output === 'json' ? `${JSON.stringify(found, null, 2)}\n` : renderSummary(found, painterFor(out)),
  );
  if (differs(found)) process.exitCode = 1;
}
