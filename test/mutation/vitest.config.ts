import { defineConfig } from 'vitest/config';

// The unit tests that decide the same each time, without what they need of the build: a changed copy is not built.
export default defineConfig({
  test: {
    include: ['test/{unit,golden}/**/*.test.ts'],
    exclude: ['test/**/*.{kafka,clickhouse}.test.ts'],
    setupFiles: ['test/support/property-seed.ts'],
    testTimeout: 20_000,
  },
});
