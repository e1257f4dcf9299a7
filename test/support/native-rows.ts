import { defaultConfig } from '../../src/config/schema.js';
import { encodingsOf } from '../../src/encodings/encodings-of.js';

const config = defaultConfig();
config.traces.encoding = 'native';
const { traces } = encodingsOf(config);

/** The rows of a message with `encoding: native`, as JSON has them. @throws Error when it is no block. */
export function spansOfBlock(message: Buffer | null): { TraceId: string; SpanId: string }[] {
  return traces.rowsIn(message ?? Buffer.alloc(0)).map(({ row }) => {
    const json = traces.toJson(row);
    if (json === null) throw new Error(`${message?.length} bytes are no block of spans`);
    return JSON.parse(json);
  });
}
