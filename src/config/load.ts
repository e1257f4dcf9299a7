import { ConfigInvalid } from '../errors.js';
import { setValue } from './config-path.js';
import { crossCheck } from './cross-checks.js';
import { describeOrigin, type LoadedConfig, type Origin } from './loaded-config.js';
import { describeFinding } from './problem.js';
import { CONFIG_FILE_VARIABLE, readEnvironment } from './read-environment.js';
import { type ConfigFile, readConfigFile, readSettings } from './read-file.js';
import { type Config, defaultConfig, listedSettings } from './schema.js';
import { type Resolved, resolve } from './store.js';

/** Where a config is read from. */
export interface ConfigSources {
  /** Path of a YAML or JSON file; `OTELROWS_CONFIG` when not given, and no file when that is not set either. */
  file?: string | undefined;
  /** What a file would hold, in the place of one. */
  settings?: GivenSettings | undefined;
  /** The environment; none when not given. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Text of flags by the path of the setting: `producer.linger_ms` → `20`. */
  flags?: ReadonlyMap<string, string> | undefined;
  /** False leaves out whether the files that settings name exist: for commands that connect to nothing. */
  filesMustExist?: boolean | undefined;
}

/** A config of which anything may be left out. */
export type GivenSettings = Given<Config>;

type Given<Value> = Value extends readonly (infer Element)[]
  ? readonly Given<Element>[]
  : Value extends object
    ? { readonly [Name in keyof Value]?: Given<Value[Name]> | undefined }
    : Value;

/**
 * Reads the config: defaults < file, or settings in its place < environment < flags.
 *
 * @throws ConfigInvalid with every problem of every source at once.
 * @throws TypeError for a file and settings.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const env = readEnvironment(sources.env ?? {});
  const flags = sources.flags ?? new Map<string, string>();
  if (sources.file !== undefined && sources.settings !== undefined)
    throw new TypeError('file and settings are in place of each other: give one of them');
  const named = sources.file ?? (sources.env?.[CONFIG_FILE_VARIABLE] || null);
  const fileName = sources.settings === undefined ? named : null;
  const file = fileName === null ? given(sources.settings) : readConfigFile(fileName);

  const resolved = resolve({ file: file?.tree ?? {}, environment: env.texts, flags });
  const origins = new Map<string, Origin>();
  for (const path of file?.paths ?? []) origins.set(path, file?.locate(path) as Origin);
  for (const [path, variable] of env.variables) origins.set(path, { kind: 'environment', variable });
  for (const { path, flag } of listedSettings) if (flags.has(path)) origins.set(path, { kind: 'flag', flag });

  const config = toConfig(resolved);
  const problems = [
    ...(file?.problems ?? []),
    ...env.problems,
    ...describeFindings(resolved, origins, file),
    ...crossCheck(config, { origins, filesMustExist: sources.filesMustExist ?? true })
      // A combination with a value that is refused already would be news about a value that nobody wrote.
      .filter(({ paths }) => !paths.some(path => resolved.findings.has(path)))
      .map(({ paths, problem }) => `${whereOf(paths, origins)}: ${problem}`),
  ];
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return { config, file: fileName, origins };
}

function given(settings: GivenSettings | undefined): ConfigFile | null {
  return settings === undefined ? null : readSettings(settings);
}

function describeFindings(
  resolved: Resolved,
  origins: ReadonlyMap<string, Origin>,
  file: ConfigFile | null,
): string[] {
  return listedSettings.flatMap(listed =>
    (resolved.findings.get(listed.path) ?? []).map(finding => {
      const origin = origins.get(listed.path);
      const exact = origin?.kind === 'file' ? file?.locate(listed.path, finding.at) : origin;
      return describeFinding(exact ? describeOrigin(exact) : 'defaults', listed, finding);
    }),
  );
}

/** Where the settings of a combination were written, leaving out those that have their default. */
function whereOf(paths: readonly string[], origins: ReadonlyMap<string, Origin>): string {
  const places = paths.flatMap(path => origins.get(path) ?? []).map(describeOrigin);
  return [...new Set(places)].join(', ') || 'defaults';
}

/** Values that were refused give way to the default, so that what else is wrong can be found. */
function toConfig({ values, findings }: Resolved): Config {
  const config = defaultConfig();
  for (const { path } of listedSettings) if (!findings.has(path)) setValue(config, path, values.get(path));
  return config;
}
