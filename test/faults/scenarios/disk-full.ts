import { execFile, spawnSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describePartitions } from '../../support/kafka-client.js';
import { BROKER_COUNT, BROKER_IDS } from '../cluster.js';
import { readersPassed } from '../progress.js';
import { type Scenario, SkippedScenario } from '../scenario.js';
import { COSTLY_LOOK_INTERVAL_MS, until } from '../until.js';
import { startWorkers } from './start-workers.js';

const WORKERS = 3;
/** The broker whose disk is small. */
const NODE = 1;
const DISK_BYTES = 512 * 1024 * 1024;
const FULL_MS = 10_000;
const BRIEF_FULL_MS = 3_000;
const CHUNK = Buffer.alloc(1024 * 1024);
const FAIL_TIMEOUT_MS = 120_000;
const IN_SYNC_TIMEOUT_MS = 120_000;
/** Longer than any transaction may be open, and than brokers take to look for one that is. */
const HELD_MS = 25_000;

/** The disk of one broker is full, which ends the broker; it is freed, and the broker comes back. */
export const diskFull: Scenario = {
  name: 'disk-full',
  title: 'broker disk full, then freed',
  counts: { published: 1, short: 1 },
  unit: 'times',
  prepare: async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'otelrows-small-disk-'));
    const disk = diskOf(dataDir);
    await mkdir(disk, { recursive: true });
    try {
      await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk]);
    } catch (error) {
      await rm(dataDir, { recursive: true, force: true });
      throw new SkippedScenario(
        `a disk of its own can be mounted by root only (${(error as Error).message.trim()})`,
      );
    }
    // Ctrl-C would leave the disk mounted. Afterwards everything ends with this process, as it would have without.
    const interrupted = () => {
      spawnSync('umount', ['--lazy', disk]);
      process.kill(process.pid, 'SIGKILL');
    };
    process.once('SIGINT', interrupted);
    return {
      clusterOptions: { dataDir },
      cleanUp: async () => {
        process.off('SIGINT', interrupted);
        await promisify(execFile)('umount', [disk]);
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  },
  run: async ({ open, cluster, count, brief, fault, problem }) => {
    const pipeline = await open({ signals: ['traces', 'logs'] });
    await startWorkers(pipeline, WORKERS, problem);
    const ballast = join(diskOf(cluster.dataDir ?? ''), 'ballast');
    const inSync = async () =>
      (await describePartitions(cluster.brokers, pipeline.outputs[0] ?? '')).map(one => one.inSyncCount);
    for (let done = 0; done < count; done += 1) {
      fault('disk full', { node: NODE });
      await fill(ballast);
      const failed = await until(
        async () => (await inSync().catch(() => [])).some(replicas => replicas < BROKER_COUNT),
        FAIL_TIMEOUT_MS,
        COSTLY_LOOK_INTERVAL_MS,
      );
      if (!failed) problem('the broker went on with a full disk');
      await sleep(brief ? BRIEF_FULL_MS : FULL_MS);
      await rm(ballast);
      await cluster.kafka.kill(NODE);
      await cluster.kafka.start(NODE);
      const topics = [...pipeline.inputs, ...pipeline.outputs];
      await cluster.untilInSync(topics, IN_SYNC_TIMEOUT_MS);
      const inSyncAt = performance.now();
      if (await until(() => readersPassed(pipeline.watch.samples, inSyncAt), HELD_MS)) continue;
      // A coordinator that took over may not send a marker that it has decided on, for ever (docs/reliability.md, "What Kafka
      // itself did"). Whoever takes over from it reads its log and does. No client can do anything for it.
      for (const node of BROKER_IDS.filter(id => id !== NODE)) {
        fault('coordinator restarted', { node });
        await cluster.kafka.shutDown(node);
        await cluster.kafka.start(node);
        await cluster.untilInSync(topics, IN_SYNC_TIMEOUT_MS);
      }
    }
  },
};

/** Where a broker keeps its log, as `startJavaKafka` lays it out. */
function diskOf(dataDir: string): string {
  return join(dataDir, `broker-${NODE}`, 'data');
}

async function fill(file: string): Promise<void> {
  for (;;) {
    try {
      await appendFile(file, CHUNK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}
