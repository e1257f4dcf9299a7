import { isMap, LineCounter, parseDocument } from 'yaml';
import { ConfigInvalid, InputInvalid } from '../../errors.js';
import { explainSyntax } from '../explain-yaml.js';
import { offsetOf } from '../read-file.js';
import { type ForeignConfig, type ForeignKey, SIGNALS, type Signal } from './foreign-config.js';
import { inputsOf } from './inputs.js';

/** What the collector's Kafka exporter writes to unless it is told otherwise. */
const TOPICS = { traces: 'otlp_spans', logs: 'otlp_logs', metrics: 'otlp_metrics' };
const ENCODINGS = { otlp_proto: 'otlp_proto', otlp_json: 'otlp_json' };

type Section = Readonly<Record<string, unknown>>;

/**
 * Reads the section of glassflowexporter or of the Kafka exporter in a config of the collector, or a file that holds the
 * section of glassflowexporter alone.
 *
 * @param file as it is named in what is told.
 * @param wanted which exporter, as `glassflow/eu`, where there are several.
 * @throws ConfigInvalid for what is no YAML, InputInvalid for a file without such an exporter.
 */
export function readCollector(text: string, file: string, wanted?: string): ForeignConfig {
  const { root, placeOf } = parse(text, file);
  const at = sectionOf(root, file, wanted);
  // A name alone is an exporter with its defaults.
  const section = at.reduce<unknown>((outer, key) => (outer as Section)[key], root) ?? {};
  if (!isSection(section))
    throw new InputInvalid(`${file}: ${at.join('.') || 'the file'} must hold keys and values`);
  return collectorConfig(section, at.at(-1) ?? 'glassflow', {
    placeOf: path => placeOf([...at, ...path]),
    signals: signalsOf(root, at.at(-1)),
  });
}

/**
 * @param exporter its name, which begins with its type.
 * @param signals those that pipelines send to it; all where the file does not say.
 */
export function collectorConfig(
  section: Section,
  exporter: string,
  { placeOf, signals }: { placeOf(path: readonly string[]): string; signals: readonly Signal[] },
): ForeignConfig {
  const isKafka = isType(exporter, 'kafka');
  const keyAt = (...path: string[]): ForeignKey | undefined => {
    const value = path.reduce<unknown>((outer, key) => (isSection(outer) ? outer[key] : undefined), section);
    return isKafka && value ? { path, value, place: placeOf(path) } : undefined;
  };
  return {
    keys: Object.entries(isKafka ? withoutTopics(section) : section).map(([key, value]) => ({
      path: [key],
      value,
      place: placeOf([key]),
    })),
    placeOf,
    implied: isKafka ? {} : { row_format: 'glassflow' },
    // What the Kafka exporter writes is what a worker reads; in the place of glassflowexporter comes one with its defaults.
    inputs: inputsOf(
      signals.map(signal => ({
        signal,
        topic: TOPICS[signal],
        topicKey: keyAt(signal, 'topic') ?? keyAt('topic'),
        encodingKey: keyAt(signal, 'encoding') ?? keyAt('encoding'),
      })),
      ENCODINGS,
    ),
  };
}

/** All but the keys that its inputs are made of. */
function withoutTopics({ topic: _topic, encoding: _encoding, ...others }: Section): Section {
  return Object.fromEntries(
    Object.entries(others).map(([key, value]) =>
      SIGNALS.some(signal => signal === key) && isSection(value) ? [key, withoutTopics(value)] : [key, value],
    ),
  );
}

function parse(text: string, file: string): { root: Section; placeOf(path: readonly string[]): string } {
  const lines = new LineCounter();
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  // Its other way to warn, a warning of the process, quotes the file.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    merge: true,
  });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    throw new ConfigInvalid(broken.map(error => `${placeAt(error.pos[0])}: ${explainSyntax(error, text)}`));
  try {
    const root: unknown = isMap(document.contents) ? document.toJS() : {};
    return { root: root as Section, placeOf: path => placeAt(offsetOf(document, path)) };
  } catch {
    // What the library says of it names the anchor, which may be a password.
    throw new InputInvalid(
      `${file} has a value that begins with *, which refers to an anchor that is not there or to too much: put it in quotes if it is a value`,
    );
  }
}

/** The way to the exporter's section; none when the file is that section. */
function sectionOf(root: Section, file: string, wanted: string | undefined): string[] {
  const exporters = keysAt(root, 'exporters');
  const listed = exporters.length === 0 ? '' : `, only ${exporters.join(', ')}`;
  if (wanted !== undefined) {
    if (!exporters.includes(wanted)) throw new InputInvalid(`${file} has no exporter ${wanted}${listed}`);
    if (isType(wanted, 'glassflow') || isType(wanted, 'kafka')) return ['exporters', wanted];
    throw new InputInvalid(`${wanted} is no exporter that can be translated: those are glassflow and kafka`);
  }
  for (const type of ['glassflow', 'kafka']) {
    const found = exporters.filter(name => isType(name, type));
    if (found.length > 1)
      throw new InputInvalid(
        `${file} has several exporters: ${found.join(', ')}. Choose one with --exporter`,
      );
    if (found[0] !== undefined) return ['exporters', found[0]];
  }
  const alone = Object.keys(root).find(key => isType(key, 'glassflow'));
  if (alone !== undefined) return [alone];
  if (Object.hasOwn(root, 'brokers')) return [];
  throw new InputInvalid(
    `${file} has no exporter glassflow or kafka${listed}. It must be a config of the collector, or the section of glassflowexporter in it`,
  );
}

/** The signals that pipelines send to the exporter; all where the file does not say, as all are read by default. */
function signalsOf(root: Section, exporter: string | undefined): readonly Signal[] {
  const { pipelines } = isSection(root.service) ? root.service : {};
  const sent = SIGNALS.filter(signal =>
    Object.entries(isSection(pipelines) ? pipelines : {}).some(
      ([name, pipeline]) =>
        isType(name, signal) &&
        isSection(pipeline) &&
        Array.isArray(pipeline.exporters) &&
        pipeline.exporters.includes(exporter),
    ),
  );
  return sent.length === 0 ? SIGNALS : sent;
}

/** Names in the collector are a type, and where it has several, `/` and a name of its own. */
function isType(name: string, type: string): boolean {
  return name === type || name.startsWith(`${type}/`);
}

function keysAt(root: Section, key: string): string[] {
  return isSection(root[key]) ? Object.keys(root[key]) : [];
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
