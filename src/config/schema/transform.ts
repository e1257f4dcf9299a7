import { checkedList, oneOf } from '../kinds.js';
import { type Rule, rule } from '../rules/rule.js';

/** How records become rows, and what is done with their items before. */
export const transform = {
  engine: oneOf(['auto', 'plain'], {
    default: 'auto',
    doc: 'How records become rows: `auto` uses the fast engine for what it covers and the plain one for the rest, `plain` always the plain one. Both make the same bytes; `plain` is there to compare, and to rule the fast one out when rows look wrong.',
  }),
  rules: checkedList<Rule>(rule, {
    default: [],
    allowed: 'a list of rules, see [transforms.md](transforms.md)',
    doc: 'What is done with spans, log records and data points before they become rows: dropped, sampled, redacted, changed, given columns and topics of their own. In the order in which they are written.',
  }),
};
