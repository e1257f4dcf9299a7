import { readBoolean, readDuration } from '../read-text.js';
import { refusalOf } from '../refused-properties.js';
import { isSecretProperty } from '../secret-property.js';

/** What a value of another program's config is here. Nothing in it: it asks for what otelrows does anyway. */
export interface Translation {
  /** Values by the path of the setting; those of maps are joined with what other keys give to the same map. */
  settings?: Readonly<Record<string, unknown>>;
  /** What cannot be translated, a sentence for each: why, and what to do. */
  untranslated?: readonly string[];
}

/** @param name of the key, as it was written. */
export type Translate = (value: unknown, name: string) => Translation;

/** `1m30s` as Go and humantime write it. */
export const duration =
  (path: string): Translate =>
  value => ({ settings: { [path]: typeof value === 'string' ? readDuration(value) : value } });

/** A switch that stands for settings when it is on, and for what otelrows does anyway when it is off. */
export const whenOn =
  (settings: Readonly<Record<string, unknown>>): Translate =>
  value =>
    isOn(value) ? { settings } : unlessSwitch(value);

/** A switch that otelrows has in one position only. */
export const always =
  (position: boolean, because: string): Translate =>
  value =>
    isOn(value) === position ? unlessSwitch(value) : { untranslated: [because] };

/** A number of which 0 means that there is no bound, which here is the default. */
export const unlessZero =
  (path: string): Translate =>
  value =>
    Number(value) === 0 ? {} : { settings: { [path]: value } };

/** A word that is spelled otherwise here; one that is not known is left to the setting to refuse. */
export const spelled =
  (path: string, words: Readonly<Record<string, unknown>>): Translate =>
  value => {
    const word = String(value).toLowerCase();
    return { settings: { [path]: Object.hasOwn(words, word) ? words[word] : value } };
  };

/** One property of librdkafka for each of the clients. */
export const property =
  (name: string, sides: readonly ('consumer' | 'producer')[]): Translate =>
  value => ({ settings: Object.fromEntries(sides.map(side => [`kafka.custom.${side}`, { [name]: value }])) });

/**
 * `name=value,name=value`, which is how Rotel takes properties of librdkafka.
 * @param sideOf the client that they are for, by the name of the key.
 */
export const properties =
  (sideOf: (name: string) => 'consumer' | 'producer'): Translate =>
  (value, name) => {
    const side = sideOf(name);
    const kept: Record<string, string> = {};
    const untranslated: string[] = [];
    for (const pair of String(value).split(',')) {
      const [, property, text] = /^\s*([^=]+?)\s*=(.*)$/s.exec(pair) ?? [];
      if (property === undefined || text === undefined) {
        // It may be a piece of a password that has a comma.
        untranslated.push('something in it is no name=value: look what it is, and write it as a property');
        continue;
      }
      const refusal = refusalOf(side, property);
      if (refusal !== null) untranslated.push(`${property} may not be set: ${refusal.because}`);
      else if (isSecretProperty(property))
        untranslated.push(
          `${property} is a secret and is left out: put it into kafka.custom.${side} yourself`,
        );
      else kept[property] = text.trim();
    }
    return { settings: { [`kafka.custom.${side}`]: kept }, untranslated };
  };

function unlessSwitch(value: unknown): Translation {
  const read = typeof value === 'string' ? readBoolean(value) : value;
  return typeof read === 'boolean' ? {} : { untranslated: ['it must be true or false'] };
}

/** What the collector and Rotel take for true. */
export function isOn(value: unknown): boolean {
  return (typeof value === 'string' ? readBoolean(value) : value) === true;
}

/** `${env:NAME}` of the collector, `$NAME` and `${NAME}` of shells. */
export function holdsReference(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsReference);
  return typeof value === 'string' && /\$(\{[^}]*\}|[A-Za-z_])/.test(value);
}
