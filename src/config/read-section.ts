import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { counterpartOf, describeCounterpart } from './foreign-keys.js';
import { nearest } from './nearest.js';
import { describeFinding, describeHidden, describeUnknown, didYouMean } from './problem.js';
import { listedSettings, settings } from './schema.js';
import { type AnySetting, isSetting, type SettingsTree } from './setting.js';

/** What a section of a config file holds, with all sections within it. */
export interface Section {
  /** The settings that were written, nested as in the file; maps as JSON text, as `Layers.file` wants them. */
  tree: Record<string, unknown>;
  /** The paths of these settings. */
  paths: readonly string[];
  /** What is wrong with keys, one sentence each. Values are checked once the layers lie over each other. */
  problems: readonly string[];
}

interface Source {
  document: Document;
  /** `otelrows.yaml:12:5` for an offset into the file. */
  placeOf(offset: number): string;
}

type WrittenMap = YAMLMap<Node, Node | null>;

/**
 * Reads a section, telling the keys that are settings from those that are sections and those that are neither.
 * @param inValue whether the section, between braces, may itself be a piece of a value that was begun before.
 */
export function readSection(
  section: WrittenMap,
  known: SettingsTree,
  parents: readonly string[],
  source: Source,
  inValue = false,
): Section {
  const tree: Record<string, unknown> = {};
  const paths: string[] = [];
  const problems: string[] = [];
  let mayBeInValue = inValue;
  for (const pair of section.items) {
    const { key: keyNode, value: written } = pair;
    const key = isScalar(keyNode) ? String(keyNode.value) : String(keyNode);
    const path = [...parents, key].join('.');
    const place = source.placeOf(startOf(written) ?? startOf(keyNode) ?? 0);
    const node = Object.hasOwn(known, key) ? known[key] : undefined;
    const value = isAlias(written) ? (written.resolve(source.document) ?? written) : written;

    if (node === undefined) {
      const keyPlace = source.placeOf(startOf(keyNode) ?? 0);
      const advice = adviceOn(key, known, parents);
      problems.push(
        holdsSecrets(known) && canBeAValue(pair, mayBeInValue)
          ? describeHidden(keyPlace, parents, isEmpty(written) ? '' : advice)
          : describeUnknownKey(keyPlace, path, key, advice),
        ...problemsWithin(value, [...parents, key], source, mayBeInValue),
      );
    } else if (isSetting(node)) {
      const read = readValue(value, node, source.document);
      paths.push(path);
      if (read.kind === 'value') tree[key] = read.value;
      if (read.kind === 'unresolved')
        problems.push(
          `${place}: ${path} begins with *, which refers to an anchor that is not there; put it in quotes if it is a value`,
        );
      if (read.kind === 'refused')
        problems.push(
          ...node.check(read.value).map(finding => describeFinding(place, { path, setting: node }, finding)),
        );
    } else if (isMap(value)) {
      const inner = readSection(value as WrittenMap, node, [...parents, key], source, mayBeInValue);
      tree[key] = inner.tree;
      paths.push(...inner.paths);
      problems.push(...inner.problems);
    } else if (!isEmpty(value)) {
      problems.push(`${place}: ${path} must hold settings of its own: ${Object.keys(node).join(', ')}`);
    }
    mayBeInValue ||= section.flow === true && mayBeginValue(written, node);
  }
  return { tree, paths, problems };
}

type ReadValue =
  | { kind: 'value'; value: unknown }
  /** Nothing was written for a map, which is as good as an empty one. */
  | { kind: 'none' }
  /** A map where none belongs. Convict would lay it over the default, key by key, so it must not get there. */
  | { kind: 'refused'; value: unknown }
  /** An alias whose anchor does not exist or holds the alias itself. */
  | { kind: 'unresolved' };

function readValue(node: Node | null, setting: AnySetting, document: Document): ReadValue {
  let value: unknown;
  let json: string;
  try {
    value = node?.toJS(document) ?? null;
    json = JSON.stringify(value);
  } catch {
    return { kind: 'unresolved' };
  }
  if (setting.isMap) return value === null ? { kind: 'none' } : { kind: 'value', value: json };
  const isPlainMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return { kind: isPlainMap ? 'refused' : 'value', value };
}

/**
 * Whether what YAML takes for a key may be a piece of a secret: of `{ password: a,b }` the `b`, of `{ password:b }` all
 * of it. What has a name, a colon and a value is a key, unless it stands between braces behind something that may have
 * been the beginning of a secret: `{ password: a,b: c }`.
 */
function canBeAValue({ key, value }: WrittenMap['items'][number], mayBeInValue: boolean): boolean {
  return mayBeInValue || isEmpty(value) || !isScalar(key) || !/^[A-Za-z_][\w.-]*$/.test(`${key.value}`);
}

/**
 * Whether an entry between braces may begin a secret that goes on behind its comma: any but a setting that is no secret,
 * with a value that has swallowed nothing (`username: me password=a,b`).
 */
function mayBeginValue(written: Node | null, known: AnySetting | SettingsTree | undefined): boolean {
  if (known === undefined || (isSetting(known) ? known.holdsSecrets : holdsSecrets(known))) return true;
  if (written === null || isMap(written)) return false;
  const values = isSeq(written) ? written.items : [written];
  return !values.every(value => isScalar(value) && /^[\w.:/[\]-]*$/.test(`${value.value}`));
}

function holdsSecrets(tree: SettingsTree): boolean {
  return Object.values(tree).some(node => (isSetting(node) ? node.holdsSecrets : holdsSecrets(node)));
}

/** A key that is not known here, as it was written. */
function describeUnknownKey(place: string, path: string, key: string, advice: string): string {
  if (key.includes('.') && knownPaths.includes(path))
    return `${place}: ${key} must be nested: write ${path.split('.').join(': ')}: …, each on a line of its own`;
  return describeUnknown(place, path, 'key', advice);
}

/** What was probably meant: a key of a rival's config, or one of ours that is mistyped or stands elsewhere. */
function adviceOn(key: string, known: SettingsTree, parents: readonly string[]): string {
  const meant = meantBy(key, known, parents);
  const foreign = counterpartOf([...parents, key]);
  if (foreign === null || (foreign.here === meant && foreign.note === undefined)) return didYouMean(meant);
  return `. ${describeCounterpart(foreign)}`;
}

/**
 * What is wrong below a key of a rival's: of a section that is another here, each key that is none there; of a whole config
 * of the collector, each key of its Kafka exporters. So one look at the config is enough.
 */
function problemsWithin(
  value: Node | null,
  path: readonly string[],
  source: Source,
  inValue: boolean,
): readonly string[] {
  if (!isMap(value)) return [];
  const map = value as WrittenMap;
  if (path.length === 1 && path[0] === 'exporters') {
    return map.items.flatMap(({ key, value: exporter }) =>
      isMap(exporter) && /^(glassflow|kafka)(\/|$)/.test(String(key))
        ? readSection(exporter as WrittenMap, settings, [], source, inValue).problems
        : [],
    );
  }
  const here = counterpartOf(path)?.here ?? null;
  const section = here === null ? undefined : sectionAt(here);
  return section === undefined ? [] : readSection(map, section, path, source, inValue).problems;
}

function sectionAt(path: string): SettingsTree | undefined {
  let node: AnySetting | SettingsTree | undefined = settings;
  for (const key of path.split('.'))
    node = node === undefined || isSetting(node) ? undefined : (node as SettingsTree)[key];
  return node === undefined || isSetting(node) ? undefined : node;
}

/** One of its neighbours, or the key of another section that is called so, or nearly. */
function meantBy(key: string, known: SettingsTree, parents: readonly string[]): string | null {
  const neighbour = nearest(key, Object.keys(known));
  if (neighbour !== null) return [...parents, neighbour].join('.');
  const elsewhere = [...new Set(knownPaths.flatMap(path => prefixesOf(path)))];
  const name = nearest(key, elsewhere.map(lastKeyOf), 0.2);
  return elsewhere.find(path => lastKeyOf(path) === name) ?? null;
}

const knownPaths = listedSettings.map(({ path }) => path);

/** `kafka.tls.enabled` → `kafka`, `kafka.tls`, `kafka.tls.enabled`. */
function prefixesOf(path: string): string[] {
  const keys = path.split('.');
  return keys.map((_, index) => keys.slice(0, index + 1).join('.'));
}

function lastKeyOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0];
}

/** A section whose settings are all commented out is as good as none. */
function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}
