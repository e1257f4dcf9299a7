import { routedTopics } from '../config/rules/routes.js';
import type { Config } from '../config/schema.js';
import { ROW_KINDS, type RowKind } from '../tables/columns.js';
import type { RowEncoding } from './encoding.js';
import { jsonEncodings } from './json/json.js';
import { jsonLinesEncodings } from './json-lines/json-lines.js';
import { nativeEncodings } from './native/native.js';
import type { EncodingName, EncodingSettings, MakeEncodings } from './settings.js';

const ENCODINGS: Record<EncodingName, MakeEncodings> = {
  json: jsonEncodings,
  json_lines: jsonLinesEncodings,
  native: nativeEncodings,
};

/** The encoding of each row kind. */
export function encodingsOf(settings: EncodingSettings): Record<RowKind, RowEncoding> {
  const outputs = outputsOf(settings);
  const made = new Map<EncodingName, (kind: RowKind) => RowEncoding>();
  const encodingOf = (kind: RowKind) => {
    const name = outputs[kind].encoding;
    const make = made.get(name) ?? ENCODINGS[name](settings);
    made.set(name, make);
    return make(kind);
  };
  return Object.fromEntries(ROW_KINDS.map(kind => [kind, encodingOf(kind)])) as Record<RowKind, RowEncoding>;
}

/**
 * The encoding of the rows that go to a topic.
 *
 * @throws Error of a topic to which no row goes: a defect.
 */
export type EncodingOfTopic = (topic: string) => RowEncoding;

/** @param encodings of the same settings, where the caller has them already. */
export function encodingsByTopic(
  settings: EncodingSettings,
  encodings: Record<RowKind, RowEncoding> = encodingsOf(settings),
): EncodingOfTopic {
  const outputs = outputsOf(settings);
  // Kinds that are switched off may name a topic that others write to.
  const kinds = [...ROW_KINDS].sort((a, b) => Number(outputs[a].enabled) - Number(outputs[b].enabled));
  const byTopic = new Map([
    ...kinds.map(kind => [outputs[kind].topic.name, encodings[kind]] as const),
    ...routedTopics(settings).map(({ topic, kind }) => [topic, encodings[kind]] as const),
  ]);
  let lastTopic = '';
  let last: RowEncoding | undefined;
  return topic => {
    // Neighbours mostly go to one topic, and comparing is cheaper than looking up.
    if (topic === lastTopic && last !== undefined) return last;
    last = byTopic.get(topic);
    lastTopic = topic;
    if (last === undefined) throw new Error(`no kind of row goes to ${topic}`);
    return last;
  };
}

/** Which encoding each row kind has. */
export function encodingNamesOf(settings: RowSections): Record<RowKind, EncodingName> {
  const outputs = outputsOf(settings);
  return Object.fromEntries(ROW_KINDS.map(kind => [kind, outputs[kind].encoding])) as Record<
    RowKind,
    EncodingName
  >;
}

type RowSections = Pick<Config, 'traces' | 'logs' | 'metrics'>;

function outputsOf({ traces, logs, metrics }: RowSections) {
  return { traces, logs, ...metrics } satisfies Record<RowKind, unknown>;
}
