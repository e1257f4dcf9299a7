import type { RowKind } from '../../tables/columns.js';
import type { Config } from '../schema.js';
import { kindsOf } from './rule.js';

/** What in the name of a topic stands for the kind of row. */
const KIND = '{kind}';

/** A topic to which a rule or a function sends rows of a kind. */
export interface Routed {
  /** Where it is named. */
  readonly path: string;
  readonly topic: string;
  readonly kind: RowKind;
}

/** The part of the config that names them. */
export interface RoutingSettings {
  transform: Pick<Config['transform'], 'rules'> & Partial<Pick<Config['transform'], 'function_topics'>>;
}

/** The topics to which rules and functions send rows. */
export function routedTopics({ transform: { rules, function_topics = [] } }: RoutingSettings): Routed[] {
  return [
    ...rules.flatMap((rule, i) =>
      rule.route ? routed(`transform.rules.${i}.route.topic`, rule.route.topic, kindsOf(rule)) : [],
    ),
    ...function_topics.flatMap((entry, i) =>
      routed(`transform.function_topics.${i}.topic`, entry.topic, kindsOf(entry)),
    ),
  ];
}

function routed(path: string, written: string, kinds: readonly RowKind[]): Routed[] {
  return kinds.map(kind => ({ path, kind, topic: topicOf(written, kind) }));
}

export function topicOf(written: string, kind: RowKind): string {
  return written.replaceAll(KIND, kind);
}
