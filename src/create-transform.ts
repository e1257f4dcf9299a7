import { createKernelTransform } from './kernel/kernel-transform.js';
import type { FunctionLog } from './transform/functions/function-log.js';
import { createPlainTransform } from './transform/plain-transform.js';
import { createRules } from './transform/rules/create-rules.js';
import type { Step } from './transform/steps/step.js';
import type { MessageLifetime, TransformRecord, TransformSettings } from './transform/transform-record.js';

/**
 * The transform that the settings ask for.
 *
 * @param lifetime `until_next_call` spares a copy of every row, for callers that are done with the messages of one record
 *   before they transform the next.
 * @param steps what is done with items before they become rows, in this order, and after the rules of the settings.
 * @throws ConfigInvalid when a rule lacks what it needs, such as its file.
 */
export function createTransform(
  settings: TransformSettings,
  lifetime: MessageLifetime = 'lasting',
  steps: readonly Step[] = [],
): TransformRecord {
  return createTransformWith(settings, lifetime, [...createSteps(settings), ...steps]);
}

/**
 * The steps that the settings ask for, in their order.
 *
 * @throws ConfigInvalid when a rule lacks what it needs, such as its file.
 */
export function createSteps(settings: Pick<TransformSettings, 'transform'>, log?: FunctionLog): Step[] {
  return createRules(settings.transform.rules, log);
}

/** As `createTransform`. @param all every step: those of the settings are not made. */
export function createTransformWith(
  settings: TransformSettings,
  lifetime: MessageLifetime,
  all: readonly Step[],
): TransformRecord {
  const plain = createPlainTransform(settings, all);
  return settings.transform.engine === 'plain'
    ? plain
    : createKernelTransform(settings, lifetime, plain, all);
}
