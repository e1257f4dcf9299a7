import { addOutcome, type StepsOutcome } from '../../transform/steps/run-steps.js';
import { type Finding, ok, warning } from './finding.js';
import type { Look } from './look-at-record.js';

const SUBJECT = 'transform';

/** What rules and functions did with the items that were looked at: one that is for none of them may be misspelt. */
export function describeSteps(looks: readonly Look[]): Finding[] {
  const items = looks.filter(look => look.kind === 'items');
  const outcomes = items.flatMap(({ steps }) => steps ?? []);
  const [first, ...others] = outcomes;
  if (first === undefined) return [];
  const { tallies, failedItems } = others.reduce<StepsOutcome>(addOutcome, first);
  const itemCount = items.reduce((sum, item) => sum + item.itemCount, 0);
  return tallies.map(({ name, matched, changed, dropped, failed }) => {
    if (matched === 0)
      return warning(SUBJECT, `${name}: is for none of the ${itemCount} items that were read`);
    const did = [
      ...(changed > 0 ? [`changed ${changed}`] : []),
      ...(dropped > 0 ? [`dropped ${dropped}`] : []),
      ...(failed > 0 ? [`failed at ${failed}`] : []),
    ];
    const text = `${name}: is for ${matched} of ${itemCount} items${did.length > 0 ? `; ${did.join(', ')}` : ''}`;
    const failure = failedItems.find(({ step }) => step === name);
    return failure
      ? warning(SUBJECT, `${text}, which become dead letters: ${failure.message}`)
      : ok(SUBJECT, text);
  });
}
