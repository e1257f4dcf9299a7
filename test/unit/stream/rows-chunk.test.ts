import { expect, test } from 'vitest';
import { chunkPool } from '../../../src/stream/rows-chunk.js';

const textsOf = (rows: readonly { value: Buffer }[]) => rows.map(({ value }) => value.toString());

test('rows are copies, one after the other in one memory, however much they grow', () => {
  const chunk = chunkPool(0)();
  const texts = Array.from({ length: 300 }, (_, i) => `row ${i} ${'x'.repeat(i)}`);
  const shared = Buffer.alloc(1000);
  for (const text of texts) chunk.add(shared.subarray(0, shared.write(text)));
  shared.fill(0);

  const rows = chunk.rows();
  expect(textsOf(rows)).toEqual(texts);
  expect([chunk.count(), chunk.bytes()]).toEqual([300, texts.join('').length]);
  const [first] = rows;
  let next = first?.value.byteOffset;
  for (const { value } of rows) {
    expect(value.buffer).toBe(first?.value.buffer);
    expect(value.byteOffset).toBe(next);
    next = value.byteOffset + value.length;
  }
});

test('the memory of a chunk that was released is that of the next one, which begins empty', () => {
  const newChunk = chunkPool(1_000_000);
  const one = newChunk();
  one.add(Buffer.from('one'));
  const memory = one.rows()[0]?.value.buffer;
  one.release();

  const [two, three] = [newChunk(), newChunk()];
  two.add(Buffer.from('two'));
  three.add(Buffer.from('three'));
  expect(textsOf(two.rows())).toEqual(['two']);
  expect(two.rows()[0]?.value.buffer).toBe(memory);
  expect(three.rows()[0]?.value.buffer).not.toBe(memory);
});

test('no more memory is kept than what may be', () => {
  const newChunk = chunkPool(100_000);
  const chunks = Array.from({ length: 3 }, () => {
    const chunk = newChunk();
    chunk.add(Buffer.alloc(60_000));
    return chunk;
  });
  const memories = chunks.map(chunk => chunk.rows()[0]?.value.buffer);
  for (const chunk of chunks) chunk.release();

  const again = chunks.map(() => {
    const chunk = newChunk();
    chunk.add(Buffer.from('row'));
    return chunk.rows()[0]?.value.buffer;
  });
  expect(again.filter(memory => memories.includes(memory))).toHaveLength(1);
});
