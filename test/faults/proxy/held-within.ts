import type { Hold, KafkaProxy } from './kafka-proxy.js';

/** Holds the next frame that fits. @returns whether one came by in that time; later ones are let through. */
export async function heldWithin(
  proxy: Pick<KafkaProxy, 'holdNext'>,
  hold: Hold,
  timeoutMs: number,
): Promise<boolean> {
  const { held, cancel } = proxy.holdNext(hold);
  const patience = setTimeout(cancel, timeoutMs);
  const came = await held;
  clearTimeout(patience);
  return came;
}
