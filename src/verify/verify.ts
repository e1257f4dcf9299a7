import type { Comparison, VerifyOptions, VerifyParts } from './comparison.js';
import { findDeletedRows } from './deleted-rows.js';
import { describeExamples } from './examples.js';
import { createLedger } from './ledger.js';
import { makeReport } from './make-report.js';
import { readInputs } from './read-inputs.js';
import { explainBySource, readOutputs } from './read-outputs.js';
import type { VerifyReport } from './report.js';
import { settle } from './settle.js';
import { beginSnapshot } from './snapshot.js';
import { findPartitions, resolveTopics } from './topics.js';

/**
 * Compares what the records of the inputs become under this config with the rows that are in the outputs, both read
 * committed. Nothing is changed, and no group is joined.
 *
 * Each row and each item that should be one is written down as a fingerprint, on disk beyond a quarter of a million, and
 * compared part by part: memory does not grow with the topics.
 *
 * @throws Fatal, InputInvalid, KafkaFailure, and the signal's reason
 */
export async function verify(parts: VerifyParts, options: VerifyOptions): Promise<VerifyReport> {
  const { config, admin, reader, signal } = parts;
  const topics = await resolveTopics(config, options, admin);
  const found = {
    inputs: await findPartitions(admin, topics.inputs.keys()),
    outputs: await findPartitions(admin, topics.outputs.keys()),
    deadLetters: await findPartitions(admin, [topics.deadLetters]),
  };
  const inputs = found.inputs.partitions;
  const rowPartitions = found.outputs.partitions;
  const snapshot = await beginSnapshot({
    admin,
    reader,
    inputs,
    outputs: [...rowPartitions, ...found.deadLetters.partitions],
    group: options.group !== null,
    fromMs: options.fromMs,
    signal,
  });
  const ledger = createLedger(options.tempDir);
  // Also when the process is ended while it cannot listen.
  process.once('exit', ledger.remove);
  try {
    const comparison: Comparison = { options, topics, ledger, places: [...inputs, ...rowPartitions] };
    const written = await readOutputs(parts, comparison, snapshot);
    const deletedRows = await findDeletedRows(parts, comparison, snapshot);
    const wanted = await snapshot.inputs();
    const read = await readInputs(parts, comparison, wanted, written.deadLetters, deletedRows);
    const ranges = await snapshot.inputsNow(wanted);
    const deleting = ranges.some(range => range.keptFrom > snapshot.keptFromOf(range));
    if (deleting && written.saySource) await explainBySource(parts, comparison, snapshot, ranges);
    const settlement = await settle(ledger, options.examplesMax, async done => {
      signal.throwIfAborted();
      parts.onProgress('comparing', done);
    });
    const examples = await describeExamples(parts, comparison.places, topics, settlement.examples);
    const missingTopics = {
      inputs: [...found.inputs.missing, ...topics.unmatched],
      outputs: [...found.outputs.missing, ...found.deadLetters.missing],
    };
    return makeReport({
      comparison,
      missingTopics,
      snapshot,
      ranges,
      written,
      deletedRows,
      read,
      settlement,
      examples,
    });
  } finally {
    process.off('exit', ledger.remove);
    ledger.remove();
  }
}
