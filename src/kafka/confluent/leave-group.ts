import { promised } from './classify.js';
import type { NativeConsumer } from './native.js';

/**
 * Of a stop that meets a rebalance: the brokers answer nobody who joins before all members have come, which takes the others
 * a heartbeat and the end of a batch. Who gives up sooner leaves its partitions waiting for the end of its session.
 */
const LEAVE_TIMEOUT_MS = 6_000;
/** So much of that is kept for leaving: a client that closes while it is subscribed waits for answers that nobody gives. */
const LAST_LEAVE_MS = 1_000;
const POLL_MS = 10;

/**
 * About no partition at all the client answers by itself, and about one whose offsets belong to an open transaction the
 * brokers do not answer before its end.
 */
const NOWHERE = { topic: 'none', partition: 0 };

export interface StaticMember {
  native: NativeConsumer;
  /** Whether it has asked to join and was not answered yet, as far as rebalances tell. */
  isJoining(): boolean;
}

/**
 * Takes a static member of the classic protocol out of its group. One that closes does not leave (KIP-345): its partitions
 * would wait for the end of its session. One that unsubscribes does, except while it waits to be answered that it has joined:
 * then the client forgets about the group, and the group keeps the member. So that answer is waited for.
 *
 * The listener of rebalances has to answer meanwhile. Whatever goes wrong here, the end of the session does the same. So it
 * does where a cooperative member joins again because a heartbeat told it to: of that nothing is told before the answer. The
 * group could be asked who is in it, but not by client 1.10.1: of a group that may not be described it reads a text that is
 * not there, which crashes the process, and of one that has just lost its last member it sometimes never answers.
 */
export async function leaveGroup({ native, isJoining }: StaticMember): Promise<void> {
  const deadline = performance.now() + LEAVE_TIMEOUT_MS;
  const pollUntil = async (isDone: () => boolean, end: number) => {
    while (!isDone() && performance.now() < end)
      await promised('leave the group', done => native.consume(1, done)).catch(() => undefined);
  };
  native.setDefaultConsumeTimeout(POLL_MS);
  await pollUntil(() => !isJoining(), deadline - LAST_LEAVE_MS);
  native.unsubscribe();
  await pollUntil(() => native.assignments().length === 0, deadline);
  // The client leaves once it has stopped fetching, and forgets to when it is closed before. A question to the same
  // coordinator takes longer than that.
  const leftMs = Math.max(1, Math.round(deadline - performance.now()));
  await promised('leave the group', done => native.committed([NOWHERE], leftMs, done)).catch(() => undefined);
}
