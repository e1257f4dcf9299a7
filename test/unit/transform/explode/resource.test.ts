import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { resourceHash } from '../../../../src/transform/explode/resource.js';
import { decodeText } from '../../../../src/values/text.js';

const host = { key: 'host', value: { stringValue: 'h' } };
const cpus = { key: 'cpus', value: { intValue: 8n } };

it('the hash is over marked keys and texts in the order of the keys', () => {
  const marked = Buffer.from('\xf4cpus\xf78\xf4host\xf7h', 'latin1');
  const expected = createHash('sha256').update(marked).digest().subarray(0, 16);
  expect(resourceHash([host, cpus])).toStrictEqual(expected);
  expect(resourceHash([cpus, host])).toStrictEqual(expected);
});

it('the hash takes bytes that are not UTF-8 as they were sent', () => {
  const expected = createHash('sha256')
    .update(Buffer.from('\xf4k\xf7\xff', 'latin1'))
    .digest()
    .subarray(0, 16);
  const value = { stringValue: decodeText(Buffer.of(0xff)) };
  expect(resourceHash([{ key: 'k', value }])).toStrictEqual(expected);
});

it('the hash of no attributes is zeros', () => {
  expect(resourceHash([])).toStrictEqual(Buffer.alloc(16));
});
