import type { ConnectOptions } from '../connection.js';
import { ERRORS } from '../error-codes.js';
import { KafkaFailure } from '../failure.js';
import type { AssignedConsumer } from '../ports.js';
import { toFailure } from './classify.js';
import { connectConsumer, nativeConsumers } from './consumer.js';
import type { ClientProperties, NativeError } from './native.js';

/** How brokers answer someone who is no member and commits offsets of a group that has some. */
const GROUP_ACTIVE: ReadonlySet<number> = new Set([
  ERRORS.ERR_ILLEGAL_GENERATION,
  ERRORS.ERR_UNKNOWN_MEMBER_ID,
  ERRORS.ERR_REBALANCE_IN_PROGRESS,
]);

/**
 * Makes a consumer of given partitions and waits until a broker answers.
 * @param properties those of `readerOptions`, under the name of the group whose offsets are read and committed.
 */
export async function connectAssignedConsumer(
  properties: ClientProperties,
  options: ConnectOptions,
): Promise<AssignedConsumer> {
  const consumer = await connectConsumer(properties, options);
  const native = nativeConsumers.get(consumer);
  if (!native) throw new TypeError('a consumer that was just made has no client');
  const assigned: AssignedConsumer = {
    ...consumer,
    begin: positions => native.incrementalAssign(positions),
    end: partitions => native.incrementalUnassign(partitions),
    commitFromOutside: async offsets => {
      // A coordinator that is away would make the call below block the whole process; this one asks it with a time-out.
      await consumer.committed(offsets);
      try {
        // The only call whose answer is the broker's: `commitCb` answers as soon as the request is on its way.
        native.commitSync(offsets);
      } catch (thrown) {
        const error = thrown as NativeError;
        if (!GROUP_ACTIVE.has(error.code)) throw toFailure('commit offsets', error);
        throw new KafkaFailure('group_active', 'commit offsets', error.message, error.code);
      }
    },
  };
  nativeConsumers.set(assigned, native);
  return assigned;
}
