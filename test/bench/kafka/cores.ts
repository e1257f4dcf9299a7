import { spawnSync } from 'node:child_process';

/** Lists of CPUs as `taskset` takes them; null where nothing can be pinned. */
export interface Cores {
  /** One core for the process that is measured. */
  worker: string | null;
  /** The rest, for the broker and the bench itself. */
  others: string | null;
  all: string | null;
}

export const UNPINNED: Cores = { worker: null, others: null, all: null };

/** The first core that this process may use for the worker, the others for everything else. */
export function chooseCores(): Cores {
  const asked = spawnSync('taskset', ['-c', '-p', String(process.pid)], { encoding: 'utf8' });
  const cores = asked.status === 0 ? parseCores(asked.stdout.split(': ')[1] ?? '') : [];
  const [worker, ...others] = cores;
  if (worker === undefined || others.length === 0) return UNPINNED;
  return { worker: String(worker), others: others.join(','), all: cores.join(',') };
}

/** @param list for example `0,2-4`. */
export function parseCores(list: string): number[] {
  return list
    .trim()
    .split(',')
    .filter(part => part !== '')
    .flatMap(part => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
}

/** The command, to be run on these cores. */
export function pinned(command: readonly string[], cores: string | null): string[] {
  return cores === null ? [...command] : ['taskset', '-c', cores, ...command];
}

/** Moves all threads of this process to these cores; what it starts from now on begins there too. */
export function moveTo(cores: string | null): void {
  if (cores !== null)
    spawnSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)], { stdio: 'ignore' });
}
