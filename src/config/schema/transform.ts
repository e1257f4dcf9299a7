import { checkedList, integer, oneOf, text } from '../kinds.js';
import { type FunctionTopic, functionTopic } from '../rules/function-topic.js';
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
  module: text({
    default: null,
    allowed: 'a file of TypeScript or JavaScript, or the name of a package',
    doc: 'Functions in TypeScript or JavaScript that see each item after the rules, see [transforms.md](transforms.md#functions): a file (`./transform.ts`), as seen from the working directory, or a package that is installed there. It runs in the worker, with all that the worker may do.',
  }),
  function_topics: checkedList<FunctionTopic>(functionTopic, {
    default: [],
    allowed: 'a list of topics, each as `topic: payments-{kind}` with `for: [traces, logs]`',
    doc: 'The topics to which functions send rows by `ctx.route`. They are created, checked and compared like those of rules; `{kind}` stands for the kind of row, and without `for` a topic is for all kinds.',
  }),
  function_timeout_ms: integer({
    default: 5000,
    min: 1,
    max: 3600000,
    unit: 'milliseconds',
    doc: 'How long an async function may take for one item, which becomes a dead letter then. The record is within a transaction, so this should be well below `producer.transaction_timeout_ms`. A function that is not async cannot be stopped.',
  }),
  functions_at_once: integer({
    default: 16,
    min: 1,
    max: 1000,
    unit: 'items',
    doc: 'Of how many items of a record the async functions run at once. Rows keep their order.',
  }),
};
