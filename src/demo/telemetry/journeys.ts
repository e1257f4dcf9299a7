import type { Journey } from './journey.js';
import { type Operation, SEND_CONFIRMATION, VISITS } from './operations.js';
import { perform, startTrace } from './perform.js';
import { createRandom, type Random } from './random.js';
import { unrelatedLog } from './service-log.js';
import { SERVICES } from './services.js';

export interface JourneyOptions {
  seed: number;
  /** Exactly so many spans in all journeys together: the last one is cut. */
  spanCount: number;
  /** The journeys start within this time, in order. */
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
}

/** About how many spans a journey has; it decides how closely journeys follow each other. */
const SPANS_PER_JOURNEY = 7.4;

/** What the visitors of the shop did: the same options give the same journeys, to the last byte. */
export function* journeys(options: JourneyOptions): Generator<Journey> {
  const { seed, spanCount, startTimeUnixNano, endTimeUnixNano } = options;
  const random = createRandom(seed);
  const windowNano = Number(endTimeUnixNano - startTimeUnixNano);
  const gapNano = windowNano / (spanCount / SPANS_PER_JOURNEY + 1);
  let elapsedNano = 0;
  for (let spansLeft = spanCount; spansLeft > 0; ) {
    elapsedNano = Math.min(elapsedNano + gapNano * 2 * random.fraction(), windowNano - 1);
    const journey = visitShop(random, startTimeUnixNano + BigInt(Math.round(elapsedNano)));
    yield { ...journey, spans: journey.spans.slice(0, spansLeft) };
    spansLeft -= journey.spans.length;
  }
}

function visitShop(random: Random, startTimeUnixNano: bigint): Journey {
  const visit = startTrace(random);
  perform(visit, pickVisit(random), startTimeUnixNano);

  const { order } = visit;
  if (order) {
    // Read from the queue some time later, in a trace of its own that links back to the message.
    const later = startTrace(random, [{ traceId: order.traceId, spanId: order.spanId }]);
    perform(later, SEND_CONFIRMATION, order.endTimeUnixNano + BigInt(random.integer(20e6, 2e9)));
    visit.spans.push(...later.spans);
    visit.logs.push(...later.logs);
  }
  if (random.chance(0.03)) {
    visit.logs.push(unrelatedLog(random, random.pick(SERVICES), startTimeUnixNano));
  }
  return { startTimeUnixNano, spans: visit.spans, logs: visit.logs };
}

function pickVisit(random: Random): Operation {
  let point = random.integer(1, 100);
  for (const { operation, weight } of VISITS) {
    point -= weight;
    if (point <= 0) return operation;
  }
  throw new Error('The weights of VISITS add up to less than 100');
}
