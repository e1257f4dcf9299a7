import type { EncodingOfTopic } from '../../encodings/encodings-of.js';
import type { OutputMessage } from '../../transform/transform-record.js';
import { parseExactJson } from '../../values/exact-json.js';
import { decodeText, wellFormed } from '../../values/text.js';

/** The columns of a row by their names, whatever its encoding; beside them the topic and the key of its message. */
export type RowValues = Record<string, unknown> & { topic: string; key: string | null };

export function rowValues(
  { topic, key, value }: Pick<OutputMessage, 'topic' | 'key' | 'value'>,
  encodingOf: EncodingOfTopic,
): RowValues {
  return {
    ...(parseExactJson(encodingOf(topic).toJson(value) ?? '{}') as object),
    topic,
    key: key === null ? null : wellFormed(decodeText(key)),
  };
}
