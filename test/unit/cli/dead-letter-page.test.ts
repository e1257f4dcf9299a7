import { expect, test } from 'vitest';
import { renderDeadLetter } from '../../../src/cli/deadletters/dead-letter-page.js';
import { hexDump } from '../../../src/cli/deadletters/hex-dump.js';
import { makeDeadLetter } from '../../../src/messages/dead-letter.js';
import { record } from '../../support/scripted-kafka.js';

test('bytes are dumped in lines of sixteen', () => {
  expect(hexDump(Buffer.from('0123456789abcdef\u0000z'))).toEqual([
    '00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef',
    `00000010  00 7a${' '.repeat(42)}  .z`,
  ]);
});

const problem = { stage: 'decode', reason: 'malformed', errorClass: 'E', message: 'bad' } as const;
const page = (value: Buffer) => {
  const deadLetter = makeDeadLetter(
    'dead',
    record(3, 41, { value, key: Buffer.from([0xff]) }),
    problem,
    new Date(0),
  );
  return renderDeadLetter({ ...record(0, 7), ...deadLetter }).join('\n');
};

test('a page tells the record, the reason, and JSON readably', () => {
  const text = page(Buffer.from('{"a":[1]}'));
  expect(text).toContain('in-3 offset 41');
  expect(text).toContain('decode: malformed');
  expect(text).toContain('key: 0xff');
  expect(text).toContain('{\n  "a": [\n    1\n  ]\n}');
});

test('what could do something to a terminal is dumped', () => {
  expect(page(Buffer.from('\u001b[2J'))).toContain('00000000  1b 5b 32 4a');
});
