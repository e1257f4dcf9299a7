import { consumer } from './schema/consumer.js';
import { inputs } from './schema/inputs.js';
import { kafka } from './schema/kafka.js';
import { log } from './schema/log.js';
import { health, http, workers } from './schema/operation.js';
import {
  copy_headers,
  dead_letter,
  headers,
  json_lines,
  logs,
  metric_time,
  metrics,
  native,
  output_topics,
  oversize,
  row_format,
  row_id,
  time_format,
  traces,
} from './schema/outputs.js';
import { batch, delivery, dry_run, limits, memory, retry } from './schema/processing.js';
import { producer } from './schema/producer.js';
import { transform } from './schema/transform.js';
import { isSetting, type Setting, type SettingsTree, type ValuesOf } from './setting.js';

/** Every setting of otelrows. A setting is defined once, in the file of its section; all else follows from it. */
export const settings = {
  kafka,
  inputs,
  consumer,
  producer,
  delivery,
  batch,
  memory,
  retry,
  limits,
  transform,
  row_format,
  time_format,
  metric_time,
  row_id,
  headers,
  copy_headers,
  oversize,
  dry_run,
  output_topics,
  traces,
  logs,
  metrics,
  json_lines,
  native,
  dead_letter,
  workers,
  http,
  health,
  log,
} as const;

/** Every setting with its value: `config.producer.linger_ms`. See [configuration.md](configuration.md). */
export type Config = ValuesOf<typeof settings>;

export interface ListedSetting {
  /** `producer.linger_ms`, as it is spelled everywhere. */
  path: string;
  /** `OTELROWS_PRODUCER_LINGER_MS` */
  env: string;
  /** `--producer-linger-ms` */
  flag: string;
  setting: Setting<unknown>;
}

/** All settings in the order of the schema, with the names that follow from their path. */
export const listedSettings: readonly ListedSetting[] = list(settings, []);

/** The config of someone who sets nothing; a new object at each call. */
export function defaultConfig(): Config {
  return defaultsOf(settings) as Config;
}

function list(tree: SettingsTree, parents: readonly string[]): ListedSetting[] {
  return Object.entries(tree).flatMap(([key, node]): ListedSetting[] => {
    const keys = [...parents, key];
    if (!isSetting(node)) return list(node, keys);
    const path = keys.join('.');
    const words = path.replaceAll('.', '_');
    return [
      {
        path,
        env: `OTELROWS_${words.toUpperCase()}`,
        flag: `--${words.replaceAll('_', '-')}`,
        setting: node,
      },
    ];
  });
}

function defaultsOf(tree: SettingsTree): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree).map(([key, node]) => [
      key,
      isSetting(node) ? structuredClone(node.default) : defaultsOf(node),
    ]),
  );
}
