import type { LoadedConfig } from '../config/loaded-config.js';
import { createEvents } from '../observe/events.js';
import { createLogger } from '../observe/log.js';
import { stopOnSignals } from '../stream/lifecycle.js';
import { runWorker } from '../stream/worker.js';

/** `otelrows run`: one worker, until SIGTERM or Ctrl-C. */
export async function run({ config }: LoadedConfig): Promise<void> {
  const events = createEvents(await createLogger(config.log));
  const { stop, outOfPatience } = stopOnSignals(events);
  await Promise.race([runWorker(config, events, stop), outOfPatience]);
}
