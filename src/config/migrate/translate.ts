import { type Counterpart, counterpartOf } from '../foreign-keys.js';
import { describeFinding } from '../problem.js';
import { type ListedSetting, listedSettings } from '../schema.js';
import { type ForeignConfig, type ForeignKey, untranslated } from './foreign-config.js';
import { holdsReference } from './translation.js';

/** What a config of another program is here, each setting for itself: they may contradict each other. */
export interface Translated {
  settings: Map<string, TranslatedSetting>;
  /** A line for each key that was not translated. */
  untranslated: string[];
  /** Settings that cannot be written because somebody has to give their value in another way, and what asks for them. */
  toBeGiven: Map<string, string>;
}

export interface TranslatedSetting {
  value: unknown;
  /** `otelcol.yaml:12:7: producer.flush_bytes`; null for what its program always does. */
  from: string | null;
}

const byPath = new Map(listedSettings.map(listed => [listed.path, listed]));
/** Whether what is below a key can have places below this one. */
const holdsKeys = (path: string) => isSection(path) || byPath.get(path)?.setting.isMap === true;
const isSection = (path: string) => listedSettings.some(listed => listed.path.startsWith(`${path}.`));

/** Whether a section of ours is about secrets and little else. */
const holdsSecrets = (section: string) => /^kafka\.(auth|tls|custom)\b/.test(section);

/** Translates each key by the table of `foreign-keys.ts`; those that it does not have, by their own name. */
export function translate(config: ForeignConfig): Translated {
  const found: Translated = { settings: new Map(), untranslated: [], toBeGiven: new Map() };
  const translateKey = (key: ForeignKey, section: string) => {
    if (key.value === null || key.value === '') return;
    const counterpart = placeFor(key.path, section);
    const refuse = (why: string) => found.untranslated.push(untranslated(key, why));
    if (counterpart === null) {
      // A key that is not known may be a piece of a password: `{ password: a,b: c }`.
      const path = holdsSecrets(section) ? [...key.path.slice(0, -1), '…'] : key.path;
      found.untranslated.push(
        untranslated({ ...key, path }, 'otelrows does not know this key; look up what it does'),
      );
      return;
    }
    const { here, note, translate: translateValue } = counterpart;
    if (translateValue) {
      const made = translateValue(key.value, key.path.at(-1) ?? '');
      for (const [path, value] of Object.entries(made.settings ?? {})) put(found, key, path, value);
      for (const why of made.untranslated ?? []) refuse(why);
    } else if (here === null) {
      refuse(note ?? '');
      return;
    } else if (byPath.has(here)) {
      put(found, key, here, key.value);
      return;
    } else if (!isMap(key.value)) {
      refuse(`here it is ${here}, which holds settings of its own`);
    }
    if (here === null || !isMap(key.value) || !holdsKeys(here)) return;
    for (const [child, value] of Object.entries(key.value)) {
      const path = [...key.path, child];
      translateKey({ path, value, place: config.placeOf(path) }, here);
    }
  };
  for (const key of config.keys) translateKey(key, '');
  for (const [path, value] of Object.entries(config.implied)) found.settings.set(path, { value, from: null });
  const { inputs, from, untranslated: unread } = config.inputs;
  found.settings.set('inputs', { value: inputs, from });
  found.untranslated.push(...unread);
  return found;
}

/**
 * The counterpart of a key: what the table has, else the setting or section of the same name within the section that its
 * section is here.
 */
function placeFor(path: readonly string[], section: string): Counterpart | null {
  const known = counterpartOf(path);
  if (known !== null) return known;
  const here = [section, path.at(-1)].filter(Boolean).join('.');
  return byPath.has(here) || isSection(here) ? { here } : null;
}

/** Takes a value for a setting, unless it cannot be used or another key has said otherwise. */
function put(found: Translated, key: ForeignKey, path: string, written: unknown): void {
  const listed = byPath.get(path);
  const name = key.path.join('.');
  const from = `${key.place}: ${name}`;
  const refuse = (why: string) => found.untranslated.push(untranslated(key, why));
  if (listed === undefined) throw new Error(`${name} is translated to ${path}, which is no setting`);
  const { setting, env } = listed;
  const asked = found.toBeGiven.get(path);
  if (asked !== undefined) {
    refuse(`${asked} has asked for ${path} already`);
    return;
  }
  if (holdsReference(written)) {
    found.toBeGiven.set(path, from);
    refuse(`its value is filled in from elsewhere, which otelrows does not do: set ${env} to it`);
    return;
  }
  if (setting.secret) {
    found.toBeGiven.set(path, from);
    refuse(`it is a secret: set ${env}, or ${env}_FILE to the name of a file that holds it`);
    return;
  }
  const value = read(listed, written);
  const [finding] = setting.check(value);
  if (finding) {
    refuse(describeFinding('', listed, finding).replace(/^: /, 'here it is '));
    return;
  }
  const before = found.settings.get(path);
  if (before && setting.isMap) {
    found.settings.set(path, { ...before, value: { ...(before.value as object), ...(value as object) } });
  } else if (before && JSON.stringify(before.value) !== JSON.stringify(value)) {
    refuse(`${before.from ?? 'another key'} has set ${path} otherwise`);
  } else if (!(setting.isMap && Object.keys(value as object).length === 0)) {
    found.settings.set(path, { value, from });
  }
}

/** As the config file of otelrows is read. */
function read({ setting }: ListedSetting, written: unknown): unknown {
  if (setting.isMap) return written;
  if (typeof written === 'string') return setting.fromText(written);
  return typeof written === 'number' ? setting.fromNumber(written) : written;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
