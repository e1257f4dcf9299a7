import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ranges that Linux and macOS take outgoing ports from, so that no connection takes a port we just picked. */
const PORT_MIN = 20_000;
const PORT_MAX = 32_000;
const ATTEMPTS_MAX = 100;
/** A port may be picked long before something listens on it, so this process picks none twice. */
const picked = new Set<number>();

/** `count` different loopback ports that nothing listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; ports.size < count; attempt++) {
    if (attempt === ATTEMPTS_MAX)
      throw new Error(`No free port between ${PORT_MIN} and ${PORT_MAX} on 127.0.0.1`);
    const port = randomInt(PORT_MIN, PORT_MAX);
    if (picked.has(port) || !(await isFree(port))) continue;
    picked.add(port);
    ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
