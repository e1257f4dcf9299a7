import { describe, expect, it } from 'vitest';
import { SHAPES } from '../../../../src/transform/explode/shapes.js';

const { clickhouse, glassflow } = SHAPES;
const NO_BYTES = new Uint8Array(0);

describe('ids', () => {
  it('that are absent or zero are empty in clickhouse and zeros in glassflow', () => {
    for (const none of [NO_BYTES, new Uint8Array(8)]) {
      expect(clickhouse.id(none, 8)).toBe('');
      expect(glassflow.id(none, 8)).toBe('0000000000000000');
    }
  });

  it('are lower-case hex of full width', () => {
    const id = Uint8Array.of(0, 0, 0, 0, 0, 0, 0xab, 1);
    expect(clickhouse.id(id, 8)).toBe('000000000000ab01');
    expect(glassflow.id(id, 8)).toBe('000000000000ab01');
  });
});

describe('the duration of a span that ends before it starts', () => {
  it('wraps around in clickhouse and is negative in glassflow', () => {
    expect(clickhouse.duration(2n, 1n)).toBe(2n ** 64n - 1n);
    expect(glassflow.duration(2n, 1n)).toBe(-1n);
  });
});
