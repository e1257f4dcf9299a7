import type { Config } from '../../config/schema.js';
import { nameOf, readRecords } from '../convert/read-records.js';
import type { ReadingOptions, RecordSource } from './record-source.js';

/**
 * The records of a file, one after the other; `-` is standard input.
 *
 * @throws InputInvalid when it cannot be read, ends within a record, or holds one that is too large.
 */
export async function* fileRecords(
  file: string,
  { limits }: Pick<Config, 'limits'>,
  { signal, encoding, lengthPrefixed = false, header: headers = [] }: ReadingOptions,
): AsyncGenerator<RecordSource> {
  let number = 0;
  for await (const value of readRecords(file, { lengthPrefixed, recordBytesMax: limits.max_record_bytes })) {
    number += 1;
    yield {
      name: lengthPrefixed ? `${nameOf(file)}: message ${number}` : nameOf(file),
      record: {
        topic: '',
        partition: 0,
        offset: number - 1,
        key: null,
        value,
        headers,
        timestampMs: null,
      },
      input: { topic: '', signal, encoding, framing: 'auto' },
    };
  }
}
