import type { MissedRecordsFinder } from './missed-records.js';
import type { ProcessorParts } from './processor.js';

/** The same parts; what their consumer missed is told with the commit of what comes after it. */
export function tellingMissed(parts: ProcessorParts, finder: MissedRecordsFinder): ProcessorParts {
  const { consumer, delivery, assignment, events } = parts;
  return {
    ...parts,
    consumer: {
      ...consumer,
      poll: async (recordsMax, timeoutMs) => {
        const records = await consumer.poll(recordsMax, timeoutMs);
        finder.polled(records);
        return records;
      },
      seek: async position => {
        await consumer.seek(position);
        finder.putBack(position);
      },
    },
    delivery: {
      ...delivery,
      commit: async nextOffsets => {
        await delivery.commit(nextOffsets);
        for (const missed of finder.committed(nextOffsets, assignment)) events.recordsMissed(missed);
      },
    },
  };
}
