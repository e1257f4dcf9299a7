import type { RowKind } from '../../tables/columns.js';
import type { Config } from '../schema.js';
import { kindsOf } from './rule.js';

/** What in the name of a topic stands for the kind of row. */
const KIND = '{kind}';

/** A topic to which a rule sends rows of a kind. */
export interface Routed {
  /** Where the rule names it. */
  readonly path: string;
  readonly topic: string;
  readonly kind: RowKind;
}

/** The topics to which rules send rows. */
export function routedTopics({ transform: { rules } }: Pick<Config, 'transform'>): Routed[] {
  return rules.flatMap((rule, i) => {
    const { route } = rule;
    if (route === undefined) return [];
    const path = `transform.rules.${i}.route.topic`;
    return kindsOf(rule).map(kind => ({ path, kind, topic: topicOf(route.topic, kind) }));
  });
}

export function topicOf(written: string, kind: RowKind): string {
  return written.replaceAll(KIND, kind);
}
