import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Cluster {
  address: string;
  stop(): void;
}

/** A cluster that holds these Secrets, by name and key, and nothing else: enough for `lookup` in a template. */
export async function startCluster(secrets: Record<string, Record<string, string>>): Promise<Cluster> {
  const child = spawn(process.execPath, ['test/support/cluster.mjs', JSON.stringify(secrets)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout, 'data');
  return { address: `http://127.0.0.1:${String(port).trim()}`, stop: () => child.kill() };
}
