import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { describeFileError } from '../file-trouble.js';
import { explainSyntax } from './explain-yaml.js';
import { describeOrigin, type Origin } from './loaded-config.js';
import { readSection, type Section } from './read-section.js';
import { settings } from './schema.js';

export interface ConfigFile extends Section {
  /** Where a setting, or a value inside of it, is written. */
  locate(path: string, at?: readonly (string | number)[]): Origin;
}

/** Reads a YAML file (JSON is YAML). What is wrong with it is in `problems`; nothing is thrown. */
export function readConfigFile(file: string): ConfigFile {
  const lines = new LineCounter();
  const originOf = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { kind: 'file', file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const placeOf = (offset: number): string => describeOrigin(originOf(offset));
  const unusable = (...problems: string[]): ConfigFile => ({
    tree: {},
    paths: [],
    problems,
    locate: () => originOf(0),
  });

  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return unusable(`${file}: the config file ${describeFileError(error as NodeJS.ErrnoException)}`);
  }
  // Its other way to warn, a warning of the process, quotes the file.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return unusable(...broken.map(error => `${placeOf(error.pos[0])}: ${explainSyntax(error, text)}`));

  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return unusable();
  if (!isMap(root))
    return unusable(
      `${placeOf(root.range?.[0] ?? 0)}: a config file must hold keys and values, such as delivery: exactly_once`,
    );
  return {
    ...readSection(root as YAMLMap<Node, Node | null>, settings, [], { document, placeOf }),
    locate: (path, at = []) => originOf(offsetOf(document, [...path.split('.'), ...at])),
  };
}

/** Reads settings that a program has as an object, as if they stood in a file: what is wrong with them is in `problems`. */
export function readSettings(given: object): ConfigFile {
  const origin: Origin = { kind: 'settings' };
  const placeOf = (): string => describeOrigin(origin);
  const locate = (): Origin => origin;
  // Text is what a file would have: of members that are undefined, nothing.
  const document = parseDocument(JSON.stringify(given));
  const root = document.contents;
  if (!isMap(root)) {
    const problem = `${placeOf()}: must be an object of settings, such as { delivery: 'exactly_once' }`;
    return { tree: {}, paths: [], problems: [problem], locate };
  }
  const section = readSection(root as YAMLMap<Node, Node | null>, settings, [], { document, placeOf });
  return { ...section, locate };
}

/** The start of the innermost value that the file has on the way to `keys`. */
export function offsetOf(document: Document, keys: readonly (string | number)[]): number {
  for (let length = keys.length; length > 0; length--) {
    const node = document.getIn(keys.slice(0, length), true) as Node | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}
