import { expect, it } from 'vitest';
import { renderMessageLine } from '../../../src/cli/convert/message-line.js';

const line = (key: Buffer | null, value: Buffer) =>
  renderMessageLine({ topic: 't', key, value }, [{ key: 'h', value: Buffer.from('1') }]);

it('has a null key when there is none', () => {
  expect(line(null, Buffer.from('{}'))).toBe('{"topic":"t","key":null,"headers":{"h":"1"},"value":"{}"}');
});

it('adds the bytes of a key that is not UTF-8, and has U+FFFD for each byte that is wrong', () => {
  expect(line(Buffer.from([0x61, 0xe2, 0x82]), Buffer.from('ж'))).toBe(
    '{"topic":"t","key":"a\ufffd\ufffd","keyBase64":"YeKC","headers":{"h":"1"},"value":"ж"}',
  );
});

it('has the bytes of a value that is not text', () => {
  expect(line(Buffer.from('k'), Buffer.from([0xff]))).toBe(
    '{"topic":"t","key":"k","headers":{"h":"1"},"valueBase64":"/w=="}',
  );
});
