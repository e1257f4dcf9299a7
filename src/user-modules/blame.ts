import { Fatal } from '../errors.js';
import { ownLine } from '../transform/functions/function-failure.js';

/** The files that were imported for users, by how the config names them. */
const imported = new Map<string, string>();

export function noteImported(module: string, url: string): void {
  imported.set(module, url);
}

/**
 * What to say of an error that nobody waited for, when it comes from a module of a user: a function that starts something and does not
 * await it cannot be told which item it was for.
 *
 * @returns null for any other error.
 */
export function blameModule(error: unknown): Fatal | null {
  if (!(error instanceof Error)) return null;
  for (const [module, url] of imported) {
    const line = ownLine(error.stack ?? '', url);
    if (line === null) continue;
    return new Fatal(
      `transform.module: ${module}: ${line}: ${error.message}. It was thrown by something that the module had started and did not await, so ` +
        'it belongs to no item: await it, or catch what it throws',
    );
  }
  return null;
}
