import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findLimit } from '../../../src/stream/find-limit.js';

test('any limit is found to a thousandth, never above it, and with few refusals', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 10_000_000 }), async limit => {
      let refusals = 0;
      const found = await findLimit(async bytes => {
        if (bytes > limit) refusals += 1;
        return bytes <= limit;
      }, 1_000_000);
      if (limit >= 1_000_000) {
        expect(found).toBeNull();
      } else {
        expect(found).toBeLessThanOrEqual(limit);
        expect(found).toBeGreaterThanOrEqual(limit - Math.max(16, limit / 1000) - 1);
        expect(refusals).toBeLessThanOrEqual(24);
      }
    }),
  );
});
