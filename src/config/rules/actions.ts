import { type Constant, SOURCES, type Source, sourceFields } from './condition.js';
import { pattern } from './pattern.js';
import {
  anyText,
  type Check,
  constant,
  isMap,
  list,
  shape,
  someText,
  textList,
  wholeNumber,
  word,
  wrong,
  yes,
} from './shape.js';

/** An attribute that can be changed. */
export interface AttributePlace {
  attribute?: string;
  resource?: string;
  scope?: string;
}

/** Where values are looked for. */
export const PLACES = [
  'attributes',
  'resource',
  'scope',
  'events',
  'links',
  'exemplars',
  'body',
  'status_message',
] as const;

export type PlaceName = (typeof PLACES)[number];

/** Attributes by their keys; what is left out names none. */
export interface Keys {
  keys?: string[];
  key_prefixes?: string[];
  key_patterns?: string[];
}

export interface Redact extends Keys {
  in?: PlaceName[];
  /** Of texts: what matches is redacted, wherever it stands. */
  patterns?: string[];
  with?: 'mask' | 'hash' | 'drop';
  mask?: string;
  /** Characters of what is redacted that stay readable. */
  keep_first?: number;
  keep_last?: number;
  hash_key_env?: string;
  hash_key_file?: string;
}

export type ColumnTypeName = 'text' | 'low_cardinality' | 'integer' | 'float' | 'boolean' | 'time';

export type Promote = AttributePlace & { column: string; type: ColumnTypeName };

/** Of `value`, `from` and `env` one. */
export interface SetValue extends AttributePlace {
  column?: string;
  value?: Constant;
  from?: Source;
  env?: string;
}

export type Rename = AttributePlace & { to: string };

export interface Remove extends Keys {
  in?: PlaceName[];
}

export interface Truncate extends Keys {
  in?: PlaceName[];
  bytes: number;
}

export interface ParseJson {
  /** Default: the body of the log record. */
  from?: AttributePlace;
  /** In front of the keys. */
  prefix?: string;
  max_keys?: number;
  max_depth?: number;
  max_bytes?: number;
}

export interface Lookup {
  file: string;
  /** Whose value is looked for. */
  by: Source;
  /** The column or member of the file that has it. */
  key: string;
  /** Attributes that are set, and the columns or members of the file that they are set from. */
  set: Record<string, string>;
  into?: 'attributes' | 'resource';
  max_bytes?: number;
}

export interface Sample {
  /** Of items that are kept: 0.1 is a tenth. */
  rate: number;
  by?: 'trace_id' | 'item' | AttributePlace;
}

export interface Route {
  topic: string;
}

export type Key = Source;

export interface Limit {
  attribute: string;
  values: number;
  per_seconds?: number;
  other?: string;
}

/** What rules do. */
export interface Actions {
  drop?: true;
  keep?: true;
  sample?: Sample;
  redact?: Redact;
  promote?: Promote;
  set?: SetValue;
  rename?: Rename;
  remove?: Remove;
  truncate?: Truncate;
  parse_json?: ParseJson;
  lookup?: Lookup;
  route?: Route;
  key?: Key;
  limit?: Limit;
}

const attributePlace = { attribute: someText, resource: someText, scope: someText };

const keys = {
  keys: textList,
  key_prefixes: textList,
  key_patterns: list(pattern, 'patterns (RE2)'),
};

const places = list(word(PLACES), `places: ${PLACES.join(', ')}`);

/** Exactly one of these keys. */
function oneKeyOf(names: readonly string[], check: Check): Check {
  return value => {
    const findings = check(value);
    if (findings.length > 0 || !isMap(value)) return findings;
    const named = names.filter(name => name in value);
    return named.length === 1 ? [] : [wrong(value, `must name one of ${names.join(', ')}`)];
  };
}

function someKeyOf(names: readonly string[], check: Check): Check {
  return value => {
    const findings = check(value);
    if (findings.length > 0 || !isMap(value)) return findings;
    return names.some(name => name in value) ? [] : [wrong(value, `must name some of ${names.join(', ')}`)];
  };
}

const ATTRIBUTE_PLACES = Object.keys(attributePlace);
const KEYS = Object.keys(keys);

const source = oneKeyOf(SOURCES, shape(sourceFields));

/** The name of a topic, in which `{kind}` stands for the kind of row. */
const TOPIC = /^([a-zA-Z0-9._-]|\{kind\}){1,200}$/;

const setValue: Check = value => {
  const findings = shape({
    ...attributePlace,
    column: someText,
    value: constant,
    from: source,
    env: someText,
  })(value);
  if (findings.length > 0 || !isMap(value)) return findings;
  return [
    oneKeyOf([...ATTRIBUTE_PLACES, 'column'], () => [])(value),
    oneKeyOf(['value', 'from', 'env'], () => [])(value),
  ].flat();
};

const redact: Check = value => {
  const findings = someKeyOf(
    [...KEYS, 'patterns'],
    shape({
      ...keys,
      in: places,
      patterns: list(pattern, 'patterns (RE2)'),
      with: word(['mask', 'hash', 'drop']),
      mask: anyText,
      keep_first: wholeNumber(0, 1000, 'a number of characters'),
      keep_last: wholeNumber(0, 1000, 'a number of characters'),
      hash_key_env: someText,
      hash_key_file: someText,
    }),
  )(value);
  if (findings.length > 0 || !isMap(value)) return findings;
  const hashKeys = ['hash_key_env', 'hash_key_file'].filter(name => name in value);
  if (value.with === 'hash' ? hashKeys.length !== 1 : hashKeys.length > 0) {
    return [
      wrong(
        value.with,
        'needs a key with hash, and has none otherwise: without it, anyone could try out what a hash was made of. Name one of hash_key_env, hash_key_file',
      ),
    ];
  }
  return [];
};

const sampleBy: Check = value => {
  if (value === 'trace_id' || value === 'item') return [];
  return isMap(value)
    ? oneKeyOf(ATTRIBUTE_PLACES, shape(attributePlace))(value)
    : [wrong(value, 'must be trace_id, item, or an attribute as attribute: session.id')];
};

export const topicName: Check = value =>
  typeof value === 'string' && TOPIC.test(value)
    ? []
    : [wrong(value, 'must be the name of a topic, in which {kind} stands for the kind of row')];

/** The actions of rules, each with what may stand there. */
export const actionChecks: Record<keyof Actions, Check> = {
  drop: yes,
  keep: yes,
  sample: shape(
    {
      rate: value =>
        typeof value === 'number' && value >= 0 && value <= 1
          ? []
          : [wrong(value, 'must be a number from 0 to 1: 0.1 keeps a tenth')],
      by: sampleBy,
    },
    ['rate'],
  ),
  redact,
  promote: oneKeyOf(
    ATTRIBUTE_PLACES,
    shape(
      {
        ...attributePlace,
        column: value =>
          typeof value === 'string' && /^[A-Za-z_]\w{0,99}$/.test(value)
            ? []
            : [wrong(value, 'must be a name of letters, digits and underscores')],
        type: word(['text', 'low_cardinality', 'integer', 'float', 'boolean', 'time']),
      },
      ['column', 'type'],
    ),
  ),
  set: setValue,
  rename: oneKeyOf(ATTRIBUTE_PLACES, shape({ ...attributePlace, to: someText }, ['to'])),
  remove: someKeyOf(KEYS, shape({ ...keys, in: places })),
  truncate: shape({ ...keys, in: places, bytes: wholeNumber(32, 1_073_741_824, 'a number of bytes') }, [
    'bytes',
  ]),
  parse_json: shape({
    from: oneKeyOf(ATTRIBUTE_PLACES, shape(attributePlace)),
    prefix: anyText,
    max_keys: wholeNumber(1, 1000, 'a number of keys'),
    max_depth: wholeNumber(1, 64, 'a number of levels'),
    max_bytes: wholeNumber(2, 67_108_864, 'a number of bytes'),
  }),
  lookup: shape(
    {
      file: someText,
      by: source,
      key: someText,
      set: value =>
        isMap(value) &&
        Object.keys(value).length > 0 &&
        Object.values(value).every(held => typeof held === 'string')
          ? []
          : [wrong(value, 'must be a map of attributes to columns of the file')],
      into: word(['attributes', 'resource']),
      max_bytes: wholeNumber(1, 1_073_741_824, 'a number of bytes'),
    },
    ['file', 'by', 'key', 'set'],
  ),
  route: shape(
    {
      topic: topicName,
    },
    ['topic'],
  ),
  key: source,
  limit: shape(
    {
      attribute: someText,
      values: wholeNumber(1, 1_000_000, 'a number of values'),
      per_seconds: wholeNumber(1, 31_536_000, 'a number of seconds'),
      other: someText,
    },
    ['attribute', 'values'],
  ),
};
