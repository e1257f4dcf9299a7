import convict from 'convict';
import { readJson } from './read-text.js';
import { listedSettings, settings } from './schema.js';
import { type AnySetting, type Finding, isSetting, type SettingsTree } from './setting.js';

/** What was written where. Later layers win: file < environment < flags. */
export interface Layers {
  /** Nested as in the config file; holds known settings only, maps as JSON text. */
  file: Record<string, unknown>;
  /** Text by the name of the environment variable. */
  environment: Record<string, string>;
  /** Text by the path of the setting. */
  flags: ReadonlyMap<string, string>;
}

export interface Resolved {
  /** The value of every setting by its path: the default where nothing else was written, unchecked where `findings` has it. */
  values: ReadonlyMap<string, unknown>;
  /** What is wrong with which values, by path. */
  findings: ReadonlyMap<string, readonly Finding[]>;
}

const convictSchema = toConvict(settings, []);

/** Lays the sources over each other and checks what results. */
export function resolve(layers: Layers): Resolved {
  const store = convict<Record<string, unknown>>(convictSchema, { env: layers.environment, args: [] });
  store.load(layers.file);
  for (const [path, text] of layers.flags) store.set(path, text);

  const valid = isValid(store);
  const held = listedSettings.map(({ path, setting }) => {
    const value = fromStore(setting, store.get(path));
    return { path, setting, value, findings: valid ? [] : setting.check(value) };
  });
  return {
    values: new Map(
      held.map(({ path, setting, value, findings }) => [
        path,
        findings.length === 0 ? setting.complete(value) : value,
      ]),
    ),
    findings: new Map(
      held.filter(({ findings }) => findings.length > 0).map(({ path, findings }) => [path, findings]),
    ),
  };
}

/** Convict says whether all is well. What is not, it tells without file and line, so that is found out and told by us. */
function isValid(store: convict.Config<Record<string, unknown>>): boolean {
  try {
    store.validate({ allowed: 'strict' });
    return true;
  } catch {
    return false;
  }
}

/** Our settings as convict's schema. Each has a format of its own, because convict reads text by format. */
function toConvict(tree: SettingsTree, parents: readonly string[]): convict.Schema<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(tree).map(([key, node]) => {
      const keys = [...parents, key];
      return [key, isSetting(node) ? toConvictEntry(keys.join('.'), node) : toConvict(node, keys)];
    }),
  );
}

function toConvictEntry(path: string, setting: AnySetting): convict.SchemaObj<unknown> {
  convict.addFormat({
    name: path,
    validate: value => assertFits(setting, value),
    coerce: (text: string) => (setting.isMap ? text : setting.fromText(text)),
  });
  return {
    doc: setting.doc,
    format: path,
    default: setting.isMap ? JSON.stringify(setting.default) : setting.default,
    env: listedSettings.find(listed => listed.path === path)?.env,
    sensitive: setting.secret,
  };
}

function assertFits(setting: AnySetting, value: unknown): void {
  const [finding] = setting.check(fromStore(setting, value));
  if (finding) throw new Error(finding.problem);
}

/** Maps are held as JSON text: convict takes a dot in a key for a step down, and the properties of librdkafka have dots. */
function fromStore(setting: AnySetting, value: unknown): unknown {
  if (typeof value === 'number') return setting.fromNumber(value);
  return setting.isMap && typeof value === 'string' ? readJson(value) : value;
}
