import { InputInvalid } from '../../errors.js';
import { counterpartOf } from '../foreign-keys.js';
import {
  type ForeignConfig,
  type ForeignInputs,
  type ForeignKey,
  SIGNALS,
  untranslated,
} from './foreign-config.js';
import { inputsOf } from './inputs.js';
import { isOn } from './translation.js';

/** Rotel's own defaults. */
const TOPICS = { traces: 'otlp_traces', logs: 'otlp_logs', metrics: 'otlp_metrics' };
const ENCODINGS = { json: 'otlp_json', protobuf: 'otlp_proto' };

/** A value in quotes, or up to the next space or quote. */
const VALUE = String.raw`(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)'|(?<bare>[^\s"']+))`;
/** In files of variables, scripts, units and compose files. */
const VARIABLE = new RegExp(String.raw`\bROTEL_([A-Z0-9_]+)["']?[ \t]*(?:=|:[ \t])[ \t]*${VALUE}?`, 'g');
/** In manifests of Kubernetes, where the value may also be kept elsewhere. */
const NAMED = new RegExp(
  String.raw`name:[ \t]*["']?ROTEL_([A-Z0-9_]+)["']?\s+value(?:(?<elsewhere>From):|:[ \t]*${VALUE}?)`,
  'g',
);
/** In scripts, and in lists of arguments in JSON and YAML. */
const BETWEEN = String.raw`(?:=|[ \t]+|["'][ \t]*,\s*|["']?[ \t]*\n[ \t]*-[ \t]+)`;
const FLAG = new RegExp(
  String.raw`(?<![\w-])--(kafka-(?:exporter|receiver)-[a-z0-9-]+)(?:${BETWEEN}(?!["']?-|[\\&;|>])${VALUE})?`,
  'g',
);
/** Flags that stand alone: what follows is something else. */
const SWITCH = /-(traces|metrics|logs|attributes|eof|crcs|tracking|retry|commit)$/;

/**
 * Reads what a file says to Rotel's Kafka exporter and receiver. Rotel has no config file but flags and environment variables, so
 * it is any file that has these: a file of variables, a script, a unit, a compose file or a manifest. Comments do not count.
 *
 * @param file as it is named in what is told.
 * @throws InputInvalid when it has none.
 */
export function readRotel(text: string, file: string): ForeignConfig {
  // Of the same length, so that places stay what they are.
  const code = text.replace(/^[ \t]*(#|\/\/).*$/gm, comment => ' '.repeat(comment.length));
  const found: { name: string; value: string; offset: number }[] = [];
  for (const pattern of [VARIABLE, NAMED, FLAG]) {
    for (const match of code.matchAll(pattern)) {
      found.push({ name: match[1] ?? '', value: written(match), offset: match.index });
    }
  }
  const names = kafkaExporters(found.find(({ name }) => name === 'EXPORTERS')?.value ?? '');
  const keys = found
    .flatMap(({ name, value, offset }): (ForeignKey & { offset: number })[] => {
      const key = keyOf(name, names);
      return key === null ? [] : [{ path: [key], value, place: placeOf(code, offset, file), offset }];
    })
    .toSorted((a, b) => rank(a) - rank(b) || a.offset - b.offset);
  if (keys.length === 0)
    throw new InputInvalid(
      `${file} has no setting of Rotel's Kafka exporter or receiver, such as ROTEL_KAFKA_EXPORTER_BROKERS=… or --kafka-exporter-brokers …`,
    );
  return rotelConfig(keys, file);
}

/** @param keys such as `kafka_exporter_acks`; those of the receiver first. */
export function rotelConfig(keys: readonly ForeignKey[], file: string): ForeignConfig {
  const isInput = ({ path }: ForeignKey) => counterpartOf(path)?.here === 'inputs';
  const hasReceiver = keys.some(key => rank(key) === 0);
  const hasGroup = keys.some(({ path }) => path[0] === 'kafka_receiver_group_id');
  return {
    keys: keys.filter(key => !isInput(key)),
    placeOf: () => file,
    // A worker goes on where the receiver has stopped.
    implied: hasReceiver && !hasGroup ? { 'consumer.group_id': 'rotel-consumer' } : {},
    inputs: inputsOfRotel(
      keys.filter(key => isInput(key) && key.value !== ''),
      hasReceiver ? 'kafka_receiver_' : 'kafka_exporter_',
    ),
  };
}

/**
 * The topics that the exporter writes to, or those that the receiver is told to read. Where a file has both, the receiver's,
 * since they are what a worker that takes its place reads.
 */
function inputsOfRotel(keys: readonly ForeignKey[], side: string): ForeignInputs {
  const own = new Map(
    keys.flatMap(key => (nameOf(key).startsWith(side) ? [[nameOf(key).slice(side.length), key]] : [])),
  );
  const chosen = SIGNALS.filter(signal => isOn(own.get(signal)?.value));
  const made = inputsOf(
    (chosen.length > 0 ? chosen : SIGNALS).map(signal => ({
      signal,
      topic: TOPICS[signal],
      chosenBy: own.get(signal),
      topicKey: own.get(`${signal}_topic`),
      encodingKey: own.get('format'),
    })),
    ENCODINGS,
  );
  const others = keys.filter(key => !nameOf(key).startsWith(side));
  return {
    ...made,
    untranslated: [
      ...made.untranslated,
      ...others.map(key => untranslated(key, 'inputs are what the Kafka receiver reads')),
    ],
  };
}

function nameOf({ path }: ForeignKey): string {
  return path[0] ?? '';
}

/** What the receiver says goes first: its brokers are those that have the inputs. */
function rank(key: ForeignKey): number {
  return nameOf(key).startsWith('kafka_receiver_') ? 0 : 1;
}

function written({
  1: name = '',
  groups: { elsewhere, double, single, bare } = {},
}: RegExpMatchArray): string {
  // As shells refer to what is elsewhere.
  if (elsewhere !== undefined) return `\${${name}}`;
  const value = double?.replaceAll(/\\(.)/g, '$1') ?? single ?? bare?.replace(/[,\]]+$/, '') ?? '';
  return SWITCH.test(name) && !/^(true|false)$/i.test(value) ? 'true' : value;
}

/** `kafka_exporter_brokers` for every way in which that is said; null for what is none of the Kafka exporter and receiver. */
function keyOf(name: string, exporters: readonly string[]): string | null {
  const plain = name.toLowerCase().replaceAll('-', '_');
  if (/^kafka_(exporter|receiver)_/.test(plain)) return plain;
  const own = exporters.find(exporter => plain.startsWith(`exporter_${exporter}_`));
  return own === undefined ? null : `kafka_exporter_${plain.slice(`exporter_${own}_`.length)}`;
}

/** `ROTEL_EXPORTERS=out:kafka,ch:clickhouse`: of several exporters, the names of those that write to Kafka. */
function kafkaExporters(value: string): string[] {
  return value
    .split(',')
    .map(exporter => exporter.trim().toLowerCase().split(':'))
    .filter(([name, type = name]) => type === 'kafka')
    .map(([name = '']) => name);
}

function placeOf(text: string, offset: number, file: string): string {
  const before = text.slice(0, offset).split('\n');
  return `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
