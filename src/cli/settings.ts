import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { getValue, putValue } from '../config/config-path.js';
import { describeOrigin, type LoadedConfig } from '../config/loaded-config.js';
import { maskSetting } from '../config/mask.js';
import { nearest } from '../config/nearest.js';
import { type ListedSetting, listedSettings } from '../config/schema.js';
import { InputInvalid } from '../errors.js';

export interface SettingsOptions {
  /** Only those whose value is not the default. */
  changed?: boolean;
  json?: boolean;
  yaml?: boolean;
}

/**
 * The settings whose path begins with `section`, all for an empty one: three lines each, or in the form that was asked for.
 * @throws InputInvalid when there are none.
 */
export function renderSettings(loaded: LoadedConfig, section: string, options: SettingsOptions): string {
  const wanted = settingsBelow(section).filter(
    ({ path, setting }) =>
      !options.changed || !isDeepStrictEqual(getValue(loaded.config, path), setting.default),
  );
  if (options.json) return renderJson(loaded, wanted);
  return options.yaml ? renderYaml(loaded, wanted) : renderText(loaded, wanted);
}

function settingsBelow(section: string): readonly ListedSetting[] {
  const wanted = listedSettings.filter(
    ({ path }) => section === '' || path === section || path.startsWith(`${section}.`),
  );
  if (wanted.length > 0) return wanted;
  const sections = listedSettings.flatMap(({ path }) => prefixesOf(path));
  const meant = nearest(section, [...new Set(sections)]);
  throw new InputInvalid(`there is no setting ${section}${meant === null ? '' : `. Did you mean ${meant}?`}`);
}

function renderText({ config, origins }: LoadedConfig, wanted: readonly ListedSetting[]): string {
  return wanted
    .map(({ path, env, flag, setting }) => {
      const origin = origins.get(path);
      const from = origin ? `   (from ${describeOrigin(origin)})` : '';
      const value = JSON.stringify(maskSetting(path, getValue(config, path)));
      return `${path} = ${value}${from}\n    ${flag}  ${env}\n    ${setting.allowed.replaceAll('`', '')}\n`;
    })
    .join('');
}

/** An array with an object for each; `from` is `null` for a default. */
function renderJson({ config, origins }: LoadedConfig, wanted: readonly ListedSetting[]): string {
  const entries = wanted.map(({ path, env, flag, setting }) => {
    const origin = origins.get(path);
    return {
      path,
      value: maskSetting(path, getValue(config, path)),
      default: setting.default,
      from: origin ? describeOrigin(origin) : null,
      flag,
      env,
      allowed: setting.allowed.replaceAll('`', ''),
    };
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
}

/** A config file that makes the same config, but for secrets: a masked one would be taken for the secret. */
function renderYaml({ config, origins }: LoadedConfig, wanted: readonly ListedSetting[]): string {
  const tree: Record<string, unknown> = {};
  const leftOut: string[] = [];
  for (const { path } of wanted) {
    const value = getValue(config, path);
    const shown = maskSetting(path, value);
    if (isDeepStrictEqual(value, shown)) putValue(tree, path, value);
    else {
      const origin = origins.get(path);
      leftOut.push(
        `# ${path} is left out: it is or holds a secret${origin ? `, from ${describeOrigin(origin)}` : ''}`,
      );
    }
  }
  const text = Object.keys(tree).length === 0 ? '' : stringify(tree, { lineWidth: 0 });
  return [...leftOut.map(line => `${line}\n`), text].join('');
}

/** `kafka.tls.enabled` → `kafka`, `kafka.tls`, `kafka.tls.enabled`. */
function prefixesOf(path: string): string[] {
  const keys = path.split('.');
  return keys.map((_, index) => keys.slice(0, index + 1).join('.'));
}
