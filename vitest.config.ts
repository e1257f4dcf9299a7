import { defineConfig } from 'vitest/config';

// The suffix of a test file says what the test needs; what it needs decides its project.
const NEEDS_KAFKA = 'test/**/*.kafka.test.ts';
const NEEDS_CLICKHOUSE = 'test/**/*.clickhouse.test.ts';
const NEEDS_CHART_TOOLS = 'test/**/*.chart.test.ts';
const RUNS_THE_COMMAND = 'test/cli/**/*.test.ts';
const STARTS_ITS_BROKERS = [
  'test/integration/{first-start,outage,rights,security}.kafka.test.ts',
  'test/faults/short-*.kafka.test.ts',
];

const propertySeed = 'test/support/property-seed.ts';
const buildOnce = 'test/support/build-once.setup.ts';
const brokerOnce = 'test/support/broker-once.setup.ts';

export default defineConfig({
  test: {
    // The Kafka client is a native add-on that loads once per process, so test files cannot share one as threads.
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [NEEDS_KAFKA, NEEDS_CLICKHOUSE, NEEDS_CHART_TOOLS, RUNS_THE_COMMAND],
          globalSetup: [buildOnce], // The kernel is compiled by the build.
          setupFiles: [propertySeed],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'cli',
          include: [RUNS_THE_COMMAND],
          exclude: [NEEDS_KAFKA, NEEDS_CLICKHOUSE],
          globalSetup: [buildOnce],
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'charts',
          include: [NEEDS_CHART_TOOLS],
          globalSetup: [buildOnce],
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'clickhouse',
          include: [NEEDS_CLICKHOUSE],
          exclude: [NEEDS_KAFKA],
          globalSetup: [buildOnce],
          setupFiles: [propertySeed],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'own-brokers',
          include: STARTS_ITS_BROKERS,
          globalSetup: [buildOnce],
          // They wait for most of their time, and no load of one reaches the broker of another.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'kafka',
          include: [NEEDS_KAFKA],
          exclude: STARTS_ITS_BROKERS,
          globalSetup: [buildOnce, brokerOnce],
          // One broker serves them all; side by side, its load would decide which of them time out.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
