import { getValue, setValue } from './config-path.js';
import { type Config, listedSettings } from './schema.js';
import { isSecretProperty } from './secret-property.js';

const MASK = '********';

/** The value of a setting as it may be shown: secrets masked, whole or inside. Values need not be valid. */
export function maskSetting(path: string, value: unknown): unknown {
  if (value === null) return null;
  if (secretPaths.has(path)) return MASK;
  if (!mapPaths.has(path)) return typeof value === 'string' ? maskText(value) : value;
  if (typeof value !== 'object' || Array.isArray(value)) return MASK;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, maskProperty(name, held)]));
}

/**
 * The same of a value that was refused. YAML takes a line that lacks its colon, or an entry that lacks its comma, for a
 * part of the value before it: `mechanism: PLAIN password:pw`. So beside secrets only the first word of a text is shown.
 */
export function maskRefused(path: string, value: unknown): unknown {
  const masked = maskSetting(path, value);
  return typeof masked === 'string' && sectionsWithSecrets.has(sectionOf(path))
    ? masked.replace(/[\s,;].*/s, '…')
    : masked;
}

/** The value of a librdkafka property as it may be shown. */
export function maskProperty(name: string, value: unknown): unknown {
  if (isSecretProperty(name) || (typeof value === 'object' && value !== null)) return MASK;
  return typeof value === 'string' ? maskText(value) : value;
}

/** Text with the passwords in front of hosts masked: `https://user:********@host/`. */
export function maskText(text: string): string {
  return text.replaceAll(/:(?!\/\/)[^\s,]+@/g, `:${MASK}@`);
}

/** The whole config as it may be printed and logged. */
export function maskConfig(config: Config): Config {
  const masked = structuredClone(config);
  for (const { path } of listedSettings) setValue(masked, path, maskSetting(path, getValue(config, path)));
  return masked;
}

const secretPaths = new Set(listedSettings.filter(listed => listed.setting.secret).map(({ path }) => path));
const mapPaths = new Set(listedSettings.filter(listed => listed.setting.isMap).map(({ path }) => path));
const sectionsWithSecrets = new Set(
  listedSettings.filter(({ setting }) => setting.holdsSecrets).map(({ path }) => sectionOf(path)),
);

function sectionOf(path: string): string {
  return path.split('.')[0] ?? '';
}
