import { getValue } from '../config-path.js';
import { isPattern, patternOf, reads } from '../input-topic.js';
import { outputTopics } from '../output-topics.js';
import type { Config } from '../schema.js';
import { type Contradiction, type CrossCheck, when } from './check.js';

type Input = Config['inputs'][number];

/** Topics that would mix what must stay apart, or feed the worker with its own rows. */
export const checkTopics: CrossCheck = config => {
  const invalid = config.inputs.flatMap((input, index) => checkPattern(input, index));
  // Patterns that do not compile match nothing, so nothing more can be said about topics.
  if (invalid.length > 0) return invalid;
  return [
    ...checkInputs(config.inputs),
    ...checkLoops(config),
    ...checkOutputs(config),
    ...checkCompaction(config),
  ];
};

/**
 * What JavaScript reads in another way than the client, which takes POSIX extended expressions, or than the brokers, which
 * take RE2's: `\d` and its like, groups that begin with `?`, lazy quantifiers, and backslashes within brackets match nothing in
 * the client, without a word. Classes such as `[[:digit:]]` match there, but not here, where the input of a record's topic is
 * found. `]` first in brackets is a character there and the end here; braces that are no `{n}`, `{n,}` or `{n,m}` below 1000 are
 * characters here, an error or another count there.
 */
const NOT_COMMON =
  /\\[a-zA-Z0-9]|\(\?|[*+?}]\?|\[\^?\]|\[[^\]]*(\\|\[[:=.])|(?<!\\)\{(?!\d{1,3}(,\d{0,3})?\})/;

const REPETITIONS_MAX = 4;

/**
 * Whether a name that almost matches could take minutes, as with `^(a+)+$`: JavaScript tries every way in which a repeated
 * group can share out what it repeats or chooses, and each repetition beside others multiplies the ways.
 */
function takesLong(pattern: string): boolean {
  // What is escaped or in brackets is one character.
  const plain = pattern.replace(/\\.|\[[^\]]*\]/g, 'x');
  const repetitions = plain.match(/[*+]|\{\d+,\d*\}/g) ?? [];
  if (repetitions.length > REPETITIONS_MAX) return true;
  const begins: number[] = [];
  return [...plain].some((character, index) => {
    if (character === '(') begins.push(index);
    if (character !== ')') return false;
    const group = plain.slice((begins.pop() ?? 0) + 1, index);
    return /^([*+]|\{(?!1\}))/.test(plain.slice(index + 1)) && /[*+?{|(]/.test(group);
  });
}

function checkPattern({ topic }: Input, index: number): Contradiction[] {
  if (!isPattern(topic)) return [];
  const unknown = NOT_COMMON.exec(topic)?.[0];
  if (unknown !== undefined) {
    const problem = `inputs[${index}].topic ${JSON.stringify(topic)} uses ${JSON.stringify(unknown)}, which Kafka's client and otelrows do not read alike: write it in another way, such as [0-9] for a digit`;
    return [{ paths: ['inputs'], problem }];
  }
  if (takesLong(topic)) {
    const problem = `inputs[${index}].topic ${JSON.stringify(topic)} repeats what repeats or chooses within itself, or repeats more than ${REPETITIONS_MAX} times: matching one name could take minutes. Write it in a simpler way, or as several inputs`;
    return [{ paths: ['inputs'], problem }];
  }
  try {
    new RegExp(topic);
    patternOf(topic);
    return [];
  } catch (error) {
    const reason = (error as Error).message.replace(/^Invalid regular expression: /, '');
    return [
      { paths: ['inputs'], problem: `inputs[${index}].topic is not a valid regular expression: ${reason}` },
    ];
  }
}

/**
 * A topic has one signal, or `auto`, so it may be listed once. Two patterns may still meet; which topics they match only brokers
 * know.
 */
function checkInputs(inputs: readonly Input[]): Contradiction[] {
  return inputs.flatMap((input, index) =>
    inputs.slice(0, index).flatMap((earlier, earlierIndex) => {
      const both = `inputs[${earlierIndex}] and inputs[${index}]`;
      if (input.topic === earlier.topic)
        return when(
          true,
          ['inputs'],
          input.signal === earlier.signal
            ? `${both} both read ${input.topic}: list it once`
            : `${both} read ${input.topic} as ${earlier.signal} and as ${input.signal}: ${ONE_SIGNAL}`,
        );
      const [pattern, name] = isPattern(input.topic) ? [input, earlier] : [earlier, input];
      return when(
        name.signal !== pattern.signal &&
          name.signal !== 'auto' &&
          pattern.signal !== 'auto' &&
          !isPattern(name.topic) &&
          reads(pattern.topic, name.topic),
        ['inputs'],
        `${both} read ${name.topic} as ${earlier.signal} and as ${input.signal} (${pattern.topic} matches it): ${ONE_SIGNAL}`,
      );
    }),
  );
}

const ONE_SIGNAL = 'list it once, with signal: auto if it holds several';

/** Rows that were read again would be refused one by one and fill the dead-letter topic without end. */
function checkLoops(config: Config): Contradiction[] {
  return writtenTopics(config).flatMap(({ name, paths }) =>
    config.inputs.flatMap((input, index) =>
      when(
        reads(input.topic, name),
        [...paths, 'inputs'],
        `${enumerate(paths)} ${paths.length > 1 ? 'are' : 'is'} ${JSON.stringify(name)}, which inputs[${index}] (${input.topic}) reads: the worker would read what it writes. Write to another topic`,
      ),
    ),
  );
}

/** Rows of different kinds have different columns, so a table that reads a mixed topic fails on some of them. */
function checkOutputs(config: Config): Contradiction[] {
  return writtenTopics(config).flatMap(({ name, paths }) =>
    when(
      paths.length > 1,
      // The last one first: it is most likely the one that was added.
      paths.toReversed(),
      `${enumerate(paths)} are ${paths.length > 2 ? 'all' : 'both'} ${JSON.stringify(name)}: each kind of row has its own columns and needs its own topic`,
    ),
  );
}

/** Compaction keeps the last message of each key: one span of a trace, one log record of a service. */
function checkCompaction(config: Config): Contradiction[] {
  const sections = outputTopics(config).flatMap(({ section }) =>
    section === null ? [] : [`${section}.config`],
  );
  return ['output_topics.config', ...sections].flatMap(path =>
    when(
      String((getValue(config, path) as Record<string, unknown>)['cleanup.policy']).includes('compact'),
      [path],
      `${path} must not hold cleanup.policy: compact, which keeps one row per key and deletes the others. Leave it out, or choose delete`,
    ),
  );
}

/** The names of topics that are written to, with the settings that name each. Kinds that are switched off write nothing. */
function writtenTopics(config: Config): { name: string; paths: string[] }[] {
  const paths = new Map<string, string[]>();
  for (const { namedBy, name } of outputTopics(config))
    paths.set(name, [...(paths.get(name) ?? []), namedBy]);
  return [...paths].map(([name, found]) => ({ name, paths: found }));
}

/** `a, b and c` */
function enumerate(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
