import { Writable } from 'node:stream';
import type { Config } from '../../config/schema.js';
import { createScreen, type Screen } from '../../demo/screen.js';
import { Fatal } from '../../errors.js';
import { KafkaFailure } from '../../kafka/failure.js';
import type { KafkaClients } from '../../kafka/ports.js';
import { createEvents } from '../../observe/events.js';
import { createLogger } from '../../observe/log.js';
import { createRunEvents } from '../../observe/run-events.js';
import { type StopSignals, stopOnSignals } from '../../stream/lifecycle.js';
import type { Run } from '../../stream/run.js';
import { INTERRUPTED_BY } from '../failure.js';

/** What a command that works for a while and is watched by a person writes to: all of it to standard error. */
export interface Operator extends Run, StopSignals {
  screen: Screen;
}

/** What was asked for is not done, or not all of it, whichever signal it was. */
const INTERRUPTED = INTERRUPTED_BY.SIGINT;

export async function createOperator(config: Config, kafka: KafkaClients): Promise<Operator> {
  const screen = createScreen(process.stderr);
  const logged = new Writable({
    write: (chunk, _encoding, done) => {
      screen.clearProgress();
      process.stderr.write(chunk, done);
    },
  });
  // Among lines for people, an object is for nobody: it takes more than the lack of a terminal to ask for it.
  const format = config.log.format === 'auto' ? 'pretty' : config.log.format;
  const log = await createLogger(
    { ...config.log, format },
    Object.assign(logged, { isTTY: process.stderr.isTTY === true }),
  );
  return { config, kafka, screen, events: createEvents(log), ...stopOnSignals(createRunEvents(log)) };
}

/**
 * Runs `work` until it ends or the user has no patience left. When it was stopped, the exit code says so.
 * @throws Fatal for what Kafka refuses: it is not a defect of otelrows.
 */
export async function operate<T>(
  { stop, outOfPatience }: Operator,
  work: Promise<T>,
): Promise<T | 'stopped'> {
  try {
    return await Promise.race([work, outOfPatience]);
  } catch (error) {
    // Stopped while it waited for brokers.
    if (stop.aborted && error === stop.reason) {
      process.exitCode = INTERRUPTED;
      return 'stopped';
    }
    if (error instanceof KafkaFailure) throw new Fatal(`${error.message}.`);
    throw error;
  }
}

/** Says how to go on, and sees to the exit code. */
export function tellInterrupted({ screen }: Operator, how: string): void {
  process.exitCode = INTERRUPTED;
  screen.line(how);
}
