import { expect, test } from 'vitest';
import { encodeNote, noteOf } from '../../../../src/stream/replay/run-note.js';

const NOTE = { run: 'a', from: 3, to: 9, partitions: 1, asked: { from: 'earliest' } };

test('a note is read back from the metadata of an offset', () => {
  const offset = { topic: 'in', partition: 0, offset: 5, metadata: encodeNote(NOTE) };
  expect(noteOf(offset)).toMatchObject(NOTE);
});

test.each([undefined, '', 'text of someone else', '{}', 'null', '{"otelrows":"replay"}'])(
  'metadata %s is no note',
  metadata => {
    expect(
      noteOf({ topic: 'in', partition: 0, offset: 5, ...(metadata === undefined ? {} : { metadata }) }),
    ).toBeNull();
  },
);
