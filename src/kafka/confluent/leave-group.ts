import { promised } from './classify.js';
import { type NativeConsumer, type NativeGroupDescription, newAdminOf } from './native.js';

/**
 * Of a stop that meets a rebalance: the brokers answer nobody who joins before all members have come, which takes the others
 * a heartbeat and the end of a batch. Who gives up sooner leaves its partitions waiting for the end of its session.
 */
const LEAVE_TIMEOUT_MS = 6_000;
const POLL_MS = 10;
/** So much of that is kept for leaving: a client that closes while it is subscribed waits for answers that nobody gives. */
const LAST_LEAVE_MS = 1_000;

/**
 * About no partition at all the client answers by itself, and about one whose offsets belong to an open transaction the
 * brokers do not answer before its end.
 */
const NOWHERE = { topic: 'none', partition: 0 };

export interface StaticMember {
  native: NativeConsumer;
  group: string;
  instanceId: string;
  /** What it has subscribed to. */
  topics: string[];
  /** How often the group has said which partitions it gets, be that none. */
  assignedCount(): number;
}

/**
 * Takes a static member of the classic protocol out of its group. One that closes does not leave (KIP-345): its partitions
 * would wait for the end of its session. One that unsubscribes does, except while it waits to be answered that it has joined:
 * then the client forgets about the group, and the group keeps the member. So the group is asked, and a member that is still
 * there joins once more, to leave.
 *
 * The listener of rebalances has to answer meanwhile. Whatever goes wrong here, the end of the session does the same.
 */
export async function leaveGroup({ native, group, instanceId, topics, assignedCount }: StaticMember) {
  const deadline = performance.now() + LEAVE_TIMEOUT_MS;
  const lastJoin = deadline - LAST_LEAVE_MS;
  const pollUntil = async (isDone: () => boolean, end: number) => {
    while (!isDone() && performance.now() < end)
      await promised('leave the group', done => native.consume(1, done)).catch(() => undefined);
  };
  native.setDefaultConsumeTimeout(POLL_MS);
  for (;;) {
    native.unsubscribe();
    await pollUntil(() => native.assignments().length === 0, deadline);
    // The client leaves once it has stopped fetching, and forgets to when it is closed before. A question to the same
    // coordinator takes longer than that.
    const ask = promised('leave the group', done => native.committed([NOWHERE], leftMs(deadline), done));
    const isAnswered = await ask.then(
      () => true,
      () => false,
    );
    // Of a group that cannot be described, for want of an answer or of the right to, client 1.10.1 reads a text that is not
    // there, and the process crashes. Who could just ask for offsets has both.
    if (!isAnswered || performance.now() > lastJoin) return;
    if (!(await isMember(native, group, instanceId, deadline))) return;
    const before = assignedCount();
    native.subscribe(topics);
    await pollUntil(() => assignedCount() > before, lastJoin);
  }
}

/** Whether the group still counts on it. Where nobody answers that, there is nothing more to do. */
async function isMember(
  native: NativeConsumer,
  group: string,
  instanceId: string,
  deadline: number,
): Promise<boolean> {
  const admin = newAdminOf(native);
  try {
    const { groups } = await promised<{ groups: NativeGroupDescription[] }>('describe the group', done =>
      admin.describeGroups([group], { timeout: leftMs(deadline) }, done),
    );
    return groups.some(({ members }) => members.some(member => member.groupInstanceId === instanceId));
  } catch {
    return false;
  } finally {
    admin.disconnect();
  }
}

function leftMs(deadline: number): number {
  return Math.max(1, Math.round(deadline - performance.now()));
}
