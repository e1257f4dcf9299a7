import { readFileSync } from 'node:fs';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { describeOrigin, type Origin } from './loaded-config.js';
import { nearest } from './nearest.js';
import { describeFinding, describeUnknown } from './problem.js';
import { listedSettings, settings } from './schema.js';
import { isSetting, type SettingsTree } from './setting.js';

export interface ConfigFile {
  /** The settings that were written, nested as in the file; maps as JSON text, as `Layers.file` wants them. */
  tree: Record<string, unknown>;
  /** The paths of these settings. */
  paths: readonly string[];
  /** Everything wrong with the file itself and its keys, one sentence each. Values are checked once the layers lie over each other. */
  problems: readonly string[];
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
    return unusable(`${file}: ${explainUnreadable(error as NodeJS.ErrnoException)}`);
  }

  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return unusable(
      ...broken.map(error => `${describeOrigin(originOf(error.pos[0]))}: ${explainSyntax(error, text)}`),
    );
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return unusable();
  if (!isMap(root))
    return unusable(
      `${describeOrigin(originOf(startOf(root)))}: a config file must hold keys and values, such as delivery: exactly_once`,
    );

  return {
    ...readSection(root as YAMLMap<Node, Node | null>, settings, []),
    locate: (path, at = []) => originOf(offsetOf(document, [...path.split('.'), ...at])),
  };

  function readSection(
    section: YAMLMap<Node, Node | null>,
    known: SettingsTree,
    parents: readonly string[],
  ): Omit<ConfigFile, 'locate'> {
    const tree: Record<string, unknown> = {};
    const paths: string[] = [];
    const problems: string[] = [];
    for (const { key: keyNode, value: written } of section.items) {
      const key = isScalar(keyNode) ? String(keyNode.value) : keyNode.toString();
      const path = [...parents, key].join('.');
      const node = Object.hasOwn(known, key) ? known[key] : undefined;
      const valueNode = isAlias(written) ? (written.resolve(document) ?? written) : written;
      const keyAt = describeOrigin(originOf(startOf(keyNode)));
      const valueAt = describeOrigin(originOf(startOf(written)));
      if (node === undefined) {
        problems.push(describeUnknownKey(keyAt, key, known, parents));
      } else if (isSetting(node)) {
        paths.push(path);
        const value = toValue(valueNode, document);
        if (value === UNRESOLVED) {
          problems.push(
            `${valueAt}: ${path} begins with *, which refers to an anchor that is not there; put it in quotes if it is a value`,
          );
        } else if (node.isMap) {
          if (value !== null) tree[key] = JSON.stringify(value);
        } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
          // Convict would lay such a map over the default, key by key, so it is refused here.
          for (const finding of node.check(value))
            problems.push(describeFinding(valueAt, { path, setting: node }, finding));
        } else {
          tree[key] = value;
        }
      } else if (isMap(valueNode)) {
        const read = readSection(valueNode as YAMLMap<Node, Node | null>, node, [...parents, key]);
        tree[key] = read.tree;
        paths.push(...read.paths);
        problems.push(...read.problems);
      } else if (!isEmpty(valueNode)) {
        problems.push(`${valueAt}: ${path} must hold settings of its own: ${Object.keys(node).join(', ')}`);
      }
    }
    return { tree, paths, problems };
  }
}

const UNRESOLVED = Symbol('unresolved');

/** The plain value of a node, or `UNRESOLVED` when an alias in it cannot be followed. */
function toValue(node: Node | null | undefined, document: Document): unknown {
  try {
    return node?.toJS(document) ?? null;
  } catch (error) {
    if (error instanceof ReferenceError) return UNRESOLVED;
    throw error;
  }
}

/** A key that is not known here may have been meant to be one of its neighbours, or stand in another section. */
function describeUnknownKey(
  where: string,
  key: string,
  known: SettingsTree,
  parents: readonly string[],
): string {
  const path = [...parents, key].join('.');
  if (key.includes('.') && paths.includes(path))
    return `${where}: ${key} must be nested: write ${path.split('.').join(': ')}: …, each on a line of its own`;
  const neighbour = nearest(key, Object.keys(known));
  const meant =
    neighbour === null
      ? (paths.find(other => other === key || other.endsWith(`.${key}`)) ?? nearest(path, paths))
      : [...parents, neighbour].join('.');
  return describeUnknown(where, path, 'key', meant);
}

const paths = listedSettings.map(({ path }) => path);

/** The start of the innermost value that the file has on the way to `keys`. */
function offsetOf(document: Document, keys: readonly (string | number)[]): number {
  for (let length = keys.length; length > 0; length--) {
    const node = document.getIn(keys.slice(0, length), true) as Node | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}

function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}

/** A section whose settings are all commented out is as good as none. */
function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function explainUnreadable(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'the config file does not exist';
  if (error.code === 'EISDIR') return 'the config file is a directory';
  if (error.code === 'EACCES') return 'the config file may not be read by this user';
  return `the config file cannot be read (${error.code ?? error.message})`;
}

/** Never shows the text of the file: it may be a password that should have been put in quotes. */
function explainSyntax(error: YAMLError, text: string): string {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return `${/^[\w.-]+/.exec(text.slice(error.pos[0]))?.[0] ?? 'this key'} is written twice`;
    case 'BAD_ALIAS':
    case 'TAG_RESOLVE_FAILED':
      return 'a value that begins with * or ! must be put in quotes';
    default:
      return `not valid YAML: ${error.message}`;
  }
}
