import { routedTopics } from './config/rules/routes.js';
import { ruleNames } from './config/rules/rule.js';
import type { Config } from './config/schema.js';
import { createSteps, createTransformWith } from './create-transform.js';
import { encodingsOf } from './encodings/encodings-of.js';
import { ConfigInvalid } from './errors.js';
import { ROW_KINDS, type RowKind } from './tables/columns.js';
import { createAsyncTransform } from './transform/async-transform.js';
import { moduleName } from './transform/functions/function-failure.js';
import { type FunctionLog, logToStderr } from './transform/functions/function-log.js';
import { stepOfFunctions } from './transform/functions/function-step.js';
import {
  createHandlerTransform,
  HANDLER_KINDS,
  type HandlerParts,
} from './transform/functions/handler-transform.js';
import { routesOf } from './transform/route.js';
import { guardStep } from './transform/steps/guard-step.js';
import type { Places } from './transform/steps/places.js';
import type { AsyncStep, Step } from './transform/steps/step.js';
import type { AnyTransformRecord, MessageLifetime, TransformSettings } from './transform/transform-record.js';
import { loadModule } from './user-modules/load-module.js';

/** The names of what a config does with items, rules and functions, in the order of its counters. */
export function stepNames({ transform }: Pick<Config, 'transform'>): string[] {
  return [...ruleNames({ transform }), ...(transform.module === null ? [] : [moduleName(transform.module)])];
}

/**
 * The transform of a config, with the functions of its module behind its rules, and further steps behind both.
 *
 * @param lifetime as in `createTransform`.
 * @param log takes what functions say, and rules whose files cannot be read again.
 * @param wrap makes the step that is taken in the place of one of the config.
 * @param more steps of a program that uses the library.
 * @throws ConfigInvalid when the module cannot be loaded, or a rule lacks what it needs; also for `more` where a handler makes
 *   the rows, which steps do not see.
 */
export async function loadTransform(
  config: ModuleSettings,
  lifetime: MessageLifetime = 'lasting',
  log: FunctionLog = logToStderr,
  wrap: (step: AsyncStep) => AsyncStep = step => step,
  more: readonly AsyncStep[] = [],
): Promise<AnyTransformRecord> {
  const loaded = await loadSteps(config, log);
  if (!('handler' in loaded)) {
    const places = placesOf(config);
    const guarded = more.map(step => guardStep(step, places));
    return transformBy(config, lifetime, [...loaded.steps.map(wrap), ...guarded]);
  }
  if (more.length > 0)
    throw new ConfigInvalid([
      `transform.module: ${config.transform.module} exports handler, which makes all rows itself, so that steps would see ` +
        'none: leave the steps out, or do in handler what they do',
    ]);
  return createHandlerTransform(config, loaded.handler);
}

/** The transform with these steps, and no others. */
export function transformBy(
  config: ModuleSettings,
  lifetime: MessageLifetime,
  steps: readonly AsyncStep[],
): AnyTransformRecord {
  return steps.some(({ isAsync }) => isAsync)
    ? createAsyncTransform(config, steps, config.transform.functions_at_once)
    : createTransformWith(config, lifetime, steps as readonly Step[]);
}

/**
 * What a config does with items, in its order; or the handler that makes the rows in their place.
 *
 * @throws ConfigInvalid as `loadTransform` does.
 */
export async function loadSteps(
  config: ModuleSettings,
  log: FunctionLog = logToStderr,
): Promise<{ steps: readonly AsyncStep[] } | { handler: HandlerParts }> {
  const { module, function_timeout_ms: timeoutMs } = config.transform;
  const rules = createSteps(config, log);
  if (module === null) return { steps: rules };
  const { url: moduleUrl, functions, handler } = await loadModule(module);
  const common = { name: moduleName(module), moduleUrl, log, timeoutMs };
  if (handler !== null) {
    refuseHandlerWith(config, module);
    return { handler: { ...common, handler } };
  }
  const parts = { ...common, functions, ...placesOf(config) };
  return { steps: [...rules, stepOfFunctions(parts)] };
}

type ModuleSettings = TransformSettings & Pick<Config, 'transform'>;

/** Where functions may send rows. */
export function placesOf(config: ModuleSettings): Places {
  const encodings = encodingsOf(config);
  const topics = routedTopics(config);
  const topicsOf = (kind: RowKind) =>
    new Set(topics.filter(topic => topic.kind === kind).map(({ topic }) => topic));
  return {
    topicsOf: Object.fromEntries(ROW_KINDS.map(kind => [kind, topicsOf(kind)])) as Record<
      RowKind,
      Set<string>
    >,
    ownMessages: new Set(ROW_KINDS.filter(kind => encodings[kind].packing === null)),
  };
}

/** @throws ConfigInvalid for settings that are about rows of ours. */
function refuseHandlerWith(config: ModuleSettings, module: string): void {
  const routes = routesOf(config);
  const problems = [
    ...(config.transform.rules.length > 0
      ? ['transform.rules are for rows of otelrows: leave them out, or do in handler what they do']
      : []),
    ...Object.values(HANDLER_KINDS)
      .filter(kind => routes[kind].enabled && routes[kind].encoding === 'native')
      .map(kind => `the rows of handler are JSON: set encoding of ${kind} to json or json_lines`),
  ];
  if (problems.length > 0)
    throw new ConfigInvalid(
      problems.map(problem => `transform.module: ${module} exports handler, but ${problem}`),
    );
}
