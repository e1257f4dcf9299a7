import { describe, expect, it } from 'vitest';
import { readRecords } from '../../../src/cli/convert/read-records.js';
import { InputInvalid } from '../../../src/errors.js';
import { temporaryFiles } from '../../support/temporary-files.js';

const write = temporaryFiles();

async function recordsOf(content: Uint8Array, lengthPrefixed: boolean, recordBytesMax = 1_000_000) {
  const records: string[] = [];
  const file = write('records', content);
  for await (const record of readRecords(file, { lengthPrefixed, recordBytesMax }))
    records.push(record.toString());
  return records;
}

function framed(...records: string[]): Buffer {
  return Buffer.concat(
    records.flatMap(record => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(Buffer.byteLength(record));
      return [length, Buffer.from(record)];
    }),
  );
}

describe('a file that is one record', () => {
  it('is read whole', async () => {
    const long = 'a'.repeat(200_000);
    expect(await recordsOf(Buffer.from(long), false)).toEqual([long]);
  });

  it('may be empty: an empty request is valid', async () => {
    expect(await recordsOf(Buffer.alloc(0), false)).toEqual(['']);
  });

  it('may not be larger than a record may be', async () => {
    await expect(recordsOf(Buffer.alloc(11), false, 10)).rejects.toThrow(/has more than 10 bytes/);
  });
});

describe('a length-prefixed file', () => {
  it('is read record by record, wherever its chunks end', async () => {
    const records = ['', 'b'.repeat(65_530), 'c', '', 'd'.repeat(200_000), 'e'];
    expect(await recordsOf(framed(...records), true)).toEqual(records);
  });

  it('may hold nothing', async () => {
    expect(await recordsOf(Buffer.alloc(0), true)).toEqual([]);
  });

  it.each([
    ['within a length', framed('ab').subarray(0, 3), /message 1 is cut off within its length: 3 of 4 bytes/],
    ['within a record', framed('ab', 'cdef').subarray(0, 12), /message 2 is cut off: 2 of 4 bytes/],
    ['before a record', framed('ab').subarray(0, 4), /message 1 is cut off: 0 of 2 bytes/],
  ])('is refused when it ends %s', async (_, content, problem) => {
    await expect(recordsOf(content, true)).rejects.toThrow(problem);
  });

  it('is refused at a length that no record may have', async () => {
    await expect(recordsOf(framed('x'.repeat(11)), true, 10)).rejects.toThrow(InputInvalid);
    await expect(recordsOf(framed('x'.repeat(11)), true, 10)).rejects.toThrow(
      /message 1 would have 11 bytes/,
    );
  });
});
