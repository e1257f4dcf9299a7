import { defaultConfig } from '../../src/config/schema.js';
import { encodingsOf } from '../../src/encodings/encodings-of.js';
import type { EncodingName } from '../../src/encodings/settings.js';
import type { Signal } from './items.js';

/** The rows of a message, each as the text of a JSON object. @throws Error for what is no row. */
export function rowReader(
  encoding: EncodingName,
): (signal: Signal, message: { value: Buffer | null }) => string[] {
  const config = defaultConfig();
  for (const section of [config.traces, config.logs, config.metrics.sum]) section.encoding = encoding;
  const { traces, logs, sum } = encodingsOf(config);
  const bySignal = { traces, logs, metrics: sum };
  return (signal, { value }) =>
    bySignal[signal].rowsIn(value ?? Buffer.alloc(0)).map(({ row }) => {
      const json = bySignal[signal].toJson(row);
      if (json === null) throw new Error(`a message of ${row.length} bytes is no ${encoding}`);
      return json;
    });
}
