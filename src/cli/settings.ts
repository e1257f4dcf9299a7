import { getValue } from '../config/config-path.js';
import { describeOrigin, type LoadedConfig } from '../config/loaded-config.js';
import { maskSetting } from '../config/mask.js';
import { nearest } from '../config/nearest.js';
import { listedSettings } from '../config/schema.js';
import { InputInvalid } from '../errors.js';

/**
 * The settings whose path begins with `section`, three lines each.
 * @throws InputInvalid when there are none.
 */
export function renderSettings({ config, origins }: LoadedConfig, section: string): string {
  const wanted = listedSettings.filter(
    ({ path }) => section === '' || path === section || path.startsWith(`${section}.`),
  );
  if (wanted.length === 0) {
    const sections = listedSettings.flatMap(({ path }) => prefixesOf(path));
    const meant = nearest(section, [...new Set(sections)]);
    throw new InputInvalid(
      `there is no setting ${section}${meant === null ? '' : `. Did you mean ${meant}?`}`,
    );
  }
  return wanted
    .map(({ path, env, flag, setting }) => {
      const origin = origins.get(path);
      const from = origin ? `   (from ${describeOrigin(origin)})` : '';
      const value = JSON.stringify(maskSetting(path, getValue(config, path)));
      return `${path} = ${value}${from}\n    ${flag}  ${env}\n    ${setting.allowed.replaceAll('`', '')}\n`;
    })
    .join('');
}

/** `kafka.tls.enabled` → `kafka`, `kafka.tls`, `kafka.tls.enabled`. */
function prefixesOf(path: string): string[] {
  const keys = path.split('.');
  return keys.map((_, index) => keys.slice(0, index + 1).join('.'));
}
