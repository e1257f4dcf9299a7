import type { EncodingName } from '../../../src/encodings/settings.js';
import type { RowKind } from '../../../src/tables/columns.js';

/** What rows are written as, so that ClickHouse reads them. */
export interface Format {
  name: string;
  encoding: EncodingName;
  /**
   * Which columns have dictionaries. otelrows writes none: these are made by ClickHouse itself, of the same blocks, to see
   * what they would be worth.
   */
  dictionaries: 'none' | 'but_maps' | 'all';
}

/** `json_lines` has the same lines in fewer messages, so a file of it is one of `json`. */
export const FORMATS: readonly Format[] = [
  { name: 'json', encoding: 'json', dictionaries: 'none' },
  { name: 'native', encoding: 'native', dictionaries: 'none' },
  { name: 'native-lc-columns', encoding: 'native', dictionaries: 'but_maps' },
  { name: 'native-lc', encoding: 'native', dictionaries: 'all' },
];

export const DEFAULT_FORMATS = ['json', 'native'];

/** Of metrics the kind with the fewest columns and one with lists. */
export const DEFAULT_KINDS: readonly RowKind[] = ['traces', 'logs', 'sum', 'histogram'];

const LOW_CARDINALITY = 'LowCardinality(String)';

/** The type as which a block of this format has a column whose type in its table is this. */
export function typeWithDictionaries(type: string, { dictionaries }: Format): string {
  const keepsDictionary = dictionaries === 'all' || (dictionaries === 'but_maps' && !type.includes('Map('));
  return keepsDictionary ? type : type.replaceAll(LOW_CARDINALITY, 'String');
}
