import { expect, test } from 'vitest';
import { IDENTITIES } from '../../../src/verify/identities.js';
import { fingerprinter } from '../../../src/verify/identity.js';

test.each(IDENTITIES)('%s: of rows whose messages have no key, keys are not compared', identity => {
  const fingerprint = fingerprinter(identity, { spanIdsOf: new Map(), keyless: new Set([1]) });
  const row = Buffer.from('row');
  const [key, other] = [Buffer.from('key'), Buffer.from('other')];
  expect(fingerprint(1, key, row)).toEqual(fingerprint(1, null, row));
  expect(fingerprint(1, key, row)).not.toEqual(fingerprint(1, key, Buffer.from('another')));
  if (identity !== 'ids') expect(fingerprint(2, key, row)).not.toEqual(fingerprint(2, other, row));
});
