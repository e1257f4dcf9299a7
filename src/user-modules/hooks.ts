/**
 * How Node imports modules of users (https://nodejs.org/api/module.html#customization-hooks). It runs in a thread of Node's own,
 * which shares no memory with the worker.
 *
 * - TypeScript is read without its types, on every version of Node alike.
 * - `otelrows` is this package, wherever the module lies: it has no node_modules of its own.
 * - A package that the config names is looked for from the folder of the config.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PACKAGE_SCHEME } from './package-scheme.js';
import { stripTypes } from './strip-types.js';

interface Resolved {
  url: string;
  format?: string | null;
  shortCircuit?: boolean;
}

interface Loaded {
  format: string;
  source: string | Uint8Array;
  shortCircuit?: boolean;
}

type Resolve = (
  specifier: string,
  context: { parentURL?: string | undefined; conditions?: string[] },
) => Promise<Resolved>;

const OTELROWS = new URL('../index.js', import.meta.url).href;

export async function resolve(
  specifier: string,
  context: Parameters<Resolve>[1],
  nextResolve: Resolve,
): Promise<Resolved> {
  if (specifier === 'otelrows') return { url: OTELROWS, format: 'module', shortCircuit: true };
  if (specifier.startsWith(PACKAGE_SCHEME)) {
    const { name, from } = JSON.parse(decodeURIComponent(specifier.slice(PACKAGE_SCHEME.length)));
    return nextResolve(name, { ...context, parentURL: from });
  }
  const typescript = typescriptFor(specifier, context.parentURL);
  return typescript === null ? nextResolve(specifier, context) : { url: typescript, shortCircuit: true };
}

/** TypeScript may import `./tenants.js` and mean `./tenants.ts`, as its compiler has it. */
function typescriptFor(specifier: string, parentURL: string | undefined): string | null {
  if (parentURL === undefined || !isTypescript(parentURL) || !/^\.{1,2}\/.*\.[cm]?js$/.test(specifier))
    return null;
  const asWritten = new URL(specifier, parentURL);
  const typescript = new URL(specifier.replace(/js$/, 'ts'), parentURL);
  return !existsSync(asWritten) && existsSync(typescript) ? typescript.href : null;
}

export async function load(
  url: string,
  context: { format?: string | null },
  nextLoad: (url: string, context: { format?: string | null }) => Promise<Loaded>,
): Promise<Loaded> {
  if (!isTypescript(url)) return nextLoad(url, context);
  const path = fileURLToPath(url);
  const source = await stripTypes(await readFile(path, 'utf8'), path);
  return { format: 'module', source, shortCircuit: true };
}

function isTypescript(url: string): boolean {
  return url.startsWith('file:') && /\.m?ts$/.test(url);
}
