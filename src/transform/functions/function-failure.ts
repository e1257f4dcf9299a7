import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is wrong with what a function did, in words for its author. */
export class FunctionMisused extends Error {
  override readonly name = 'FunctionMisused';
}

/**
 * What a function threw, with the line of the user's own file that it came from: `transform.ts:12: no such tenant`. Types are taken
 * out of a file without moving anything in it, so that lines are those of the file.
 *
 * @param moduleUrl the file that the functions are in; what it imports from its folder counts too.
 */
export function failureText(error: unknown, moduleUrl: string): string {
  const message = error instanceof Error ? error.message : `threw ${shown(error)}`;
  const line = error instanceof Error ? ownLine(error.stack ?? '', moduleUrl) : null;
  return line === null ? message : `${line}: ${message}`;
}

/** The innermost line of the stack that is in the folder of the module, and in no package below it. */
export function ownLine(stack: string, moduleUrl: string): string | null {
  const folder = fileURLToPath(new URL('.', moduleUrl));
  // Frames name modules by URL and scripts by path.
  for (const [, scheme, path = '', line] of stack.matchAll(/(file:\/\/)?(\/[^\s()]+?):(\d+):\d+\)?$/gm)) {
    const file = scheme === undefined ? path : decodeURI(path);
    const within = file.startsWith(folder) ? file.slice(folder.length) : null;
    if (within !== null && !within.includes('node_modules/')) return `${within}:${line}`;
  }
  return null;
}

function shown(thrown: unknown): string {
  return typeof thrown === 'string' ? JSON.stringify(thrown) : String(thrown);
}

/** How a module is called in messages and metrics: by its file, and by its folder where that is named as all are. */
export function moduleName(module: string): string {
  const path = module.startsWith('file:') ? fileURLToPath(module) : module;
  const file = basename(path);
  return /^(index|main|transform)\.[cm]?[jt]s$/.test(file) && dirname(path) !== '.'
    ? `${basename(dirname(path))}/${file}`
    : file;
}
