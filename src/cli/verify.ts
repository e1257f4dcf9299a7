import { tmpdir } from 'node:os';
import type { Config } from '../config/schema.js';
import { createScreen, type Screen } from '../demo/screen.js';
import { Fatal } from '../errors.js';
import { adminOptions, type ClientOptions, readerOptions } from '../kafka/client-options.js';
import { SILENT } from '../kafka/connection.js';
import { KafkaFailure } from '../kafka/failure.js';
import type { KafkaClients } from '../kafka/ports.js';
import type { ReadProgress } from '../kafka/read-ranges.js';
import type { Identity } from '../verify/identities.js';
import type { VerifyReport } from '../verify/report.js';
import { verify } from '../verify/verify.js';
import { stopOnInterrupt } from './stop-on-interrupt.js';
import { renderReport } from './verify/render-report.js';

export interface VerifyCommandOptions {
  input?: string[];
  output?: string[];
  identity: Identity;
  /** `none`: no group. */
  group?: string;
  from?: number;
  examples: number;
  json?: boolean;
}

const CONNECT_WAIT_MS = 30_000;

/**
 * `otelrows verify`: the report on standard output, progress on standard error. It ends with exit code 1 when the row
 * counts do not balance, and leaves nothing behind when it is stopped.
 *
 * @throws Fatal, InputInvalid
 */
export async function verifyTopics(
  config: Config,
  kafka: KafkaClients,
  options: VerifyCommandOptions,
): Promise<void> {
  const screen = createScreen(process.stderr);
  const stop = stopOnInterrupt();
  try {
    const report = await compare(config, kafka, options, screen, stop);
    screen.clearProgress();
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report));
    if (!report.balanced) process.exitCode = 1;
  } catch (error) {
    screen.clearProgress();
    if (stop.aborted) return;
    throw error instanceof KafkaFailure ? new Fatal(`${error.message}.`) : error;
  }
}

/** @param group `none` for no group: a reader needs the name of some, even if it asks for nothing of it. */
export function comparingOptions({ kafka, consumer, memory }: Config, group: string): ClientOptions {
  const groupId = group === 'none' ? consumer.group_id : group;
  return readerOptions({ kafka, memory, consumer: { ...consumer, group_id: groupId } });
}

async function compare(
  config: Config,
  kafka: KafkaClients,
  { input = [], output = [], identity, group, from, examples }: VerifyCommandOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<VerifyReport> {
  const named = group ?? config.consumer.group_id;
  const reader = await kafka.connectReader(comparingOptions(config, named), {
    client: 'reader',
    events: SILENT,
    signal,
    waitMaxMs: CONNECT_WAIT_MS,
  });
  const admin = kafka.connectAdmin(adminOptions(config));
  try {
    return await verify(
      { config, admin, reader, signal, onProgress: progressOn(screen) },
      {
        inputs: input,
        outputs: output,
        identity,
        group: named === 'none' ? null : named,
        fromMs: from ?? null,
        examplesMax: examples,
        tempDir: tmpdir(),
      },
    );
  } finally {
    admin.disconnect();
    await reader.disconnect();
  }
}

const SHOWN_AGAIN_AFTER_MS = 100;

const STEPS = {
  rows: 'reading rows',
  records: 'reading records',
  rows_again: 'reading rows again',
  comparing: 'comparing',
} as const;

function progressOn(screen: Screen): (step: keyof typeof STEPS, progress: ReadProgress) => void {
  const begun = new Map<keyof typeof STEPS, number>();
  let shownAt = 0;
  return (step, { done, total }) => {
    const now = performance.now();
    const start = begun.get(step) ?? now;
    // Of each poll it would take as long as to hash its rows.
    if (begun.has(step) && done < total && now - shownAt < SHOWN_AGAIN_AFTER_MS) return;
    shownAt = now;
    begun.set(step, start);
    const seconds = (now - start) / 1000;
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    const left = done > 0 && seconds > 1 ? `, ${Math.ceil(((total - done) * seconds) / done)} s left` : '';
    const number = (of: number) => of.toLocaleString('en-US');
    const counts = step === 'comparing' ? '' : `: offset ${number(done)} of ${number(total)}`;
    screen.progress(`${STEPS[step]}${counts}, ${percent} %${left}`);
  };
}
