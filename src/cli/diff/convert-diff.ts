import type { Writable } from 'node:stream';
import type { Config } from '../../config/schema.js';
import { InputInvalid } from '../../errors.js';
import { painterFor } from '../paint.js';
import { fileRecords } from '../records/file-records.js';
import type { ReadingOptions } from '../records/record-source.js';
import { noteNoTransforms, withoutTransforms } from '../transforms-of.js';
import { compareRecord } from './compare-rows.js';
import { createSide } from './make-rows.js';
import { renderItemDifference, renderSummary } from './render-diff.js';
import { createSummary, differs } from './summary.js';

/**
 * `otelrows convert --diff`: what the transforms of a config change in the rows of files, item by item, and in all.
 *
 * @throws InputInvalid when a file cannot be read or decoded.
 */
export async function convertDiff(
  config: Config,
  files: readonly string[],
  options: ReadingOptions,
  { out, notes }: { out: Writable & { isTTY?: boolean }; notes: Writable },
): Promise<void> {
  noteNoTransforms(config, notes);
  const [before, after] = [await createSide(withoutTransforms(config)), await createSide(config)];
  const paint = painterFor(out);
  const summary = createSummary(0);
  for (const file of files) {
    for await (const source of fileRecords(file, config, options)) {
      const compared = await compareRecord(source, before, after);
      if (compared.refused) {
        throw new InputInvalid(`${source.name} cannot be decoded: ${compared.refused.message}`);
      }
      for (const found of compared.differences) out.write(renderItemDifference(source.name, found, paint));
      summary.add(source.name, compared);
    }
  }
  const all = summary.get();
  out.write(`${differs(all) ? '\n' : ''}${renderSummary(all, paint)}`);
}
