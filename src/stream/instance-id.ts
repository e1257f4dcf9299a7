import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';

const SLOTS_MAX = 1024;

export interface InstanceId {
  id: string;
  /** False when the id is new at each start: then only time-outs end what a dead worker left behind. */
  stable: boolean;
  /** Lets another worker on this host take the id. The end of the process does the same. */
  release(): void;
}

/**
 * Claims the first free worker name on this host: `host-0`, `host-1`, … so that a worker that is started again after a
 * crash gets the name of its dead predecessor, and one that is started beside others does not.
 *
 * A claim is a listening socket in Linux's abstract namespace: no file, and the kernel ends it with the process, also
 * after `kill -9`. Other systems have none, so there the name is random.
 *
 * @param groupId workers of different consumer groups do not compete for names.
 */
export async function claimInstanceId(groupId: string): Promise<InstanceId> {
  const host = hostname().replace(/[^a-zA-Z0-9._-]/g, '-');
  if (process.platform !== 'linux') {
    return { id: `${host}-${randomUUID()}`, stable: false, release: () => undefined };
  }
  // Hashed, because such a name holds 107 bytes and is cut off there: with a long group id, all slots would be one.
  const group = createHash('sha256').update(groupId).digest('hex');
  for (let slot = 0; slot < SLOTS_MAX; slot += 1) {
    const claim = await listen(`\0otelrows/${group}/${slot}`);
    if (claim) return { id: `${host}-${slot}`, stable: true, release: () => claim.close() };
  }
  throw new Error(`${SLOTS_MAX} workers of the group ${groupId} are running on this host`);
}

/** @returns null when another process listens there. */
function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen({ path }, () => resolve(server.unref()));
  });
}
