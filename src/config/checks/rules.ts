import { type Column, columnsOf, ROW_ID, ROW_KINDS, type RowKind } from '../../tables/columns.js';
import { METRIC_SECTIONS } from '../output-topics.js';
import type { PlaceName } from '../rules/actions.js';
import { numberOf, type Source, type Tests, valueConditions } from '../rules/condition.js';
import { routedTopics } from '../rules/routes.js';
import { actionOf, kindsOf, type Rule } from '../rules/rule.js';
import type { Config } from '../schema.js';
import type { Contradiction, CrossCheck } from './check.js';
import { unreadable } from './unreadable.js';

/** Rules that could not do what they say. */
export const checkRules: CrossCheck = (config, { filesMustExist }) => {
  const { rules } = config.transform;
  return [
    ...rules.flatMap((rule, i) =>
      [...problemsOf(rule, rules.slice(0, i)), ...(filesMustExist ? missingFor(rule) : [])].map(problem =>
        contradiction(rule, i, problem),
      ),
    ),
    ...checkRoutes(config),
  ];
};

function contradiction({ name }: Rule, i: number, problem: string): Contradiction {
  return { paths: ['transform.rules'], problem: `transform.rules[${i}] (${name}): ${problem}` };
}

function problemsOf(rule: Rule, before: readonly Rule[]): string[] {
  const kinds = kindsOf(rule);
  const sources = sourcesOf(rule);
  return [
    ...(before.some(({ name }) => name === rule.name) ? [`another rule is called ${rule.name} as well`] : []),
    ...sources.flatMap(source => problemsOfSource(source, kinds)),
    ...problemsOfPlaces(rule, kinds),
    ...problemsOfSample(rule, kinds),
    ...problemsOfSet(rule, kinds),
    ...problemsOfPromote(rule, kinds, before),
    ...onlyFor(rule.limit !== undefined, 'limit', kinds, METRIC_SECTIONS),
    ...onlyFor(
      rule.parse_json !== undefined && rule.parse_json.from === undefined,
      'parse_json without from reads the body, and',
      kinds,
      ['logs'],
    ),
    ...(actionOf(rule) === 'keep' && rule.when === undefined
      ? ['keep needs a condition (when): without it, it does nothing']
      : []),
  ];
}

/** What a rule needs from outside of the config, and what is not there. */
function missingFor({ lookup, redact, set }: Rule): string[] {
  const files = [lookup?.file, redact?.hash_key_file].filter(file => file !== undefined);
  const variables = [redact?.hash_key_env, set?.env].filter(name => name !== undefined);
  return [
    ...files.flatMap(file => {
      const why = unreadable(file);
      return why === null ? [] : [`${file} ${why}`];
    }),
    ...variables
      .filter(name => !process.env[name])
      .map(name => `the environment variable ${name} is not set`),
  ];
}

/** Everything that a rule reads. */
function sourcesOf({ when, set, key, lookup }: Rule): (Source & Tests)[] {
  return [
    ...(when ? valueConditions(when) : []),
    ...(set?.from ? [set.from] : []),
    ...(key ? [key] : []),
    ...(lookup ? [lookup.by] : []),
  ];
}

function problemsOfSource(
  { column, event, scope, ...tests }: Source & Tests,
  kinds: readonly RowKind[],
): string[] {
  if (event !== undefined) return onlyFor(true, `event: ${event}`, kinds, ['traces']);
  if (scope !== undefined && kinds.includes('traces')) return [SCOPE_OF_SPANS];
  return column === undefined ? [] : problemsOfColumn(column, tests, kinds);
}

const SCOPE_OF_SPANS =
  'rows of spans do not have the attributes of their scope: leave traces out of for, or use column: ScopeName';

function problemsOfColumn(name: string, tests: Tests, kinds: readonly RowKind[]): string[] {
  const without = kinds.filter(kind => columnOf(name, kind) === undefined);
  if (without.length > 0) {
    const having = ROW_KINDS.filter(kind => columnOf(name, kind) !== undefined);
    return having.length === 0
      ? [`no kind of row has a column ${name}`]
      : [`${listed(without)} have no column ${name}. Write for: [${having.join(', ')}]`];
  }
  const types = new Set(kinds.flatMap(kind => columnOf(name, kind)?.type ?? []));
  if ([...types].some(type => type.includes('Map('))) {
    return [`${name} holds attributes: name one of them as attribute, resource, scope or event`];
  }
  if ([...types].every(type => /^(LowCardinality\()?String/.test(type))) {
    return tests.greater !== undefined || tests.less !== undefined
      ? [`${name} holds text, which greater and less do not compare`]
      : [];
  }
  const constants = [tests.equals, ...(tests.in ?? [])].filter(constant => constant !== undefined);
  return [...types].some(type => /Int|Float|Date/.test(type)) &&
    constants.some(constant => numberOf(constant) === null)
    ? [`${name} holds numbers, of which none is ${constants.find(constant => numberOf(constant) === null)}`]
    : [];
}

const KINDS_OF_PLACES: Partial<Record<PlaceName, readonly RowKind[]>> = {
  scope: ROW_KINDS.filter(kind => kind !== 'traces'),
  events: ['traces'],
  links: ['traces'],
  exemplars: ['gauge', 'sum', 'histogram', 'exponential_histogram'],
  body: ['logs'],
  status_message: ['traces'],
};

function problemsOfPlaces({ redact, remove, truncate }: Rule, kinds: readonly RowKind[]): string[] {
  const places = (redact ?? remove ?? truncate)?.in ?? [];
  return places.flatMap(place => {
    const having = KINDS_OF_PLACES[place] ?? ROW_KINDS;
    return kinds.some(kind => having.includes(kind))
      ? []
      : [`${listed(kinds)} have no ${place}: it is of ${listed(having)}`];
  });
}

function problemsOfSample({ sample }: Rule, kinds: readonly RowKind[]): string[] {
  if (sample === undefined || (sample.by ?? 'trace_id') !== 'trace_id') return [];
  return onlyFor(true, 'sample by trace_id', kinds, ['traces', 'logs'], ', or by: item');
}

function problemsOfSet({ set, rename, promote, parse_json }: Rule, kinds: readonly RowKind[]): string[] {
  const scoped = [set?.scope, rename?.scope, promote?.scope, parse_json?.from?.scope].some(
    key => key !== undefined,
  );
  if (scoped && kinds.includes('traces')) return [SCOPE_OF_SPANS];
  const name = set?.column;
  if (name === undefined) return [];
  const problems = problemsOfColumn(name, {}, kinds);
  if (problems.length > 0) return problems;
  return kinds.some(kind => /^(Array|Map)\(/.test(columnOf(name, kind)?.type ?? ''))
    ? [`${name} is a list, which cannot be set`]
    : [];
}

function problemsOfPromote({ promote }: Rule, kinds: readonly RowKind[], before: readonly Rule[]): string[] {
  if (promote === undefined) return [];
  const { column, type } = promote;
  const taken = kinds.filter(kind => column === ROW_ID.name || columnOf(column, kind) !== undefined);
  if (taken.length > 0) return [`rows of ${listed(taken)} have a column ${column} already`];
  const other = before.find(
    rule =>
      rule.promote?.column === column &&
      rule.promote.type !== type &&
      kindsOf(rule).some(kind => kinds.includes(kind)),
  );
  return other ? [`the column ${column} has the type ${other.promote?.type} by the rule ${other.name}`] : [];
}

/** Rows of different kinds have different columns, so a table that reads a mixed topic fails on some of them. */
function checkRoutes(config: Config): Contradiction[] {
  const kindsOfTopics = new Map<string, Set<RowKind>>();
  const routed = routedTopics(config);
  for (const { topic, kind } of routed) {
    kindsOfTopics.set(topic, new Set(kindsOfTopics.get(topic)).add(kind));
  }
  const mixed = (topic: string): string[] => {
    const kinds = [...(kindsOfTopics.get(topic) ?? [])];
    return kinds.length < 2
      ? []
      : [
          `${topic} would hold ${listed(kinds)}: each kind of row has its own columns and needs its own topic. Say which with for, or put {kind} into the name`,
        ];
  };
  const { rules, function_topics } = config.transform;
  return [
    ...rules.flatMap((rule, i) =>
      mixed(rule.route?.topic ?? '').map(problem => contradiction(rule, i, problem)),
    ),
    ...function_topics.flatMap(({ topic }, i) =>
      mixed(topic).map(problem => ({
        paths: ['transform.function_topics'],
        problem: `transform.function_topics[${i}]: ${problem}`,
      })),
    ),
  ];
}

function onlyFor(
  applies: boolean,
  what: string,
  kinds: readonly RowKind[],
  having: readonly RowKind[],
  instead = '',
): string[] {
  const without = kinds.filter(kind => !having.includes(kind));
  return applies && without.length > 0
    ? [`${what} is not for ${listed(without)}. Write for: [${having.join(', ')}]${instead}`]
    : [];
}

function columnOf(name: string, kind: RowKind): Column | undefined {
  return columnsOf(kind, 'seconds').find(column => column.name === name);
}

function listed(names: readonly string[]): string {
  return names.length === ROW_KINDS.length ? 'all kinds' : names.join(', ');
}
