import { readDuration } from '../read-text.js';
import { pattern } from './pattern.js';
import { type Check, constant, flag, isMap, list, shape, someText, within, wrong, yes } from './shape.js';

/** Where a value is found: one of these keys. */
export interface Source {
  /** A column of the row, by its name. */
  column?: string;
  /** An attribute of the item itself. */
  attribute?: string;
  resource?: string;
  scope?: string;
  /** An attribute of the events of a span: any of them. */
  event?: string;
  /** A header of the Kafka record. */
  header?: string;
  /** The topic of the Kafka record. */
  topic?: true;
}

export type Constant = string | number | boolean;

/** What must hold of a value; of several, all. */
export interface Tests {
  equals?: Constant;
  in?: Constant[];
  prefix?: string;
  suffix?: string;
  contains?: string;
  matches?: string;
  exists?: boolean;
  greater?: Constant;
  less?: Constant;
}

export type ValueCondition = Source & Tests;

export type Condition = ValueCondition | { all: Condition[] } | { any: Condition[] } | { not: Condition };

export const SOURCES = ['column', 'attribute', 'resource', 'scope', 'event', 'header', 'topic'] as const;

/** The keys of a source, each with what may stand there. */
export const sourceFields: Record<(typeof SOURCES)[number], Check> = {
  column: someText,
  attribute: someText,
  resource: someText,
  scope: someText,
  event: someText,
  header: someText,
  topic: yes,
};

const TESTS: Record<keyof Tests, Check> = {
  equals: constant,
  in: list(constant, 'texts, numbers, true or false'),
  prefix: someText,
  suffix: someText,
  contains: someText,
  matches: pattern,
  exists: flag,
  greater: bound,
  less: bound,
};

/** A number, or a time as `10ms`. */
function bound(value: unknown): ReturnType<Check> {
  return numberOf(value) === null ? [wrong(value, 'must be a number, or a time as 10ms')] : [];
}

/** The number that a bound stands for; of a time, nanoseconds, which durations are counted in. */
export function numberOf(bound: unknown): number | null {
  if (typeof bound === 'number') return bound;
  if (typeof bound !== 'string') return null;
  if (bound.trim() !== '' && Number.isFinite(Number(bound))) return Number(bound);
  const milliseconds = readDuration(bound);
  return typeof milliseconds === 'number' ? milliseconds * 1_000_000 : null;
}

const leaf = shape({ ...sourceFields, ...TESTS });
const testNames = Object.keys(TESTS);

const GROUPS = ['all', 'any', 'not'];

/** A condition. */
export const condition: Check = value => {
  if (!isMap(value))
    return [
      wrong(value, `must be a condition: ${SOURCES.join(', ')} with what must hold of it; or all, any, not`),
    ];
  const groups = GROUPS.filter(group => group in value);
  if (groups.length > 0) {
    if (Object.keys(value).length > 1) {
      return [wrong(value, `must be ${groups[0]} alone: put what stands beside it into all`)];
    }
    return 'not' in value
      ? condition(value.not).map(finding => within('not', finding))
      : shape({ all: conditions, any: conditions })(value);
  }
  const findings = leaf(value);
  if (findings.length > 0) return findings;
  if (SOURCES.filter(source => source in value).length !== 1)
    return [wrong(value, `must name one of ${SOURCES.join(', ')}`)];
  if (!testNames.some(test => test in value))
    return [wrong(value, `must say what holds of it: one of ${testNames.join(', ')}`)];
  return [];
};

function conditions(value: unknown): ReturnType<Check> {
  return list(condition, 'conditions')(value);
}

/** All values that a condition looks at, with what must hold of them. */
export function valueConditions(of: Condition): ValueCondition[] {
  if ('all' in of) return of.all.flatMap(valueConditions);
  if ('any' in of) return of.any.flatMap(valueConditions);
  if ('not' in of) return valueConditions(of.not);
  return [of];
}
