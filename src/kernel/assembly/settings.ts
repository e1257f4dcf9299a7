/** What the config says, as the host set it. */

/** `limits.max_nesting` */
export let nestingMax: u32 = 0;
/** `limits.max_items` */
export let itemsMax: u32 = 0;
/** `time_format`, as numbered in `write/json/times.ts`. */
export let timeFormat: u32 = 0;
/** `metric_time: nanoseconds` */
export let metricNanoseconds: bool = false;

/** `row_format: glassflow` */
export let isGlassflow: bool = false;

/** The key strategies, in the order in which the host numbers them. */
export const KEY_NONE: u32 = 0;
export const KEY_TRACE_ID: u32 = 1;
export const KEY_SERVICE_NAME: u32 = 2;
export const KEY_RESOURCE_HASH: u32 = 3;

export let tracesKey: u32 = KEY_NONE;
export let logsKey: u32 = KEY_NONE;
export let metricsKey: u32 = KEY_NONE;

let enabledKinds: u32 = 0;
let nativeKinds: u32 = 0;

/** Whether rows of a kind are made. */
export function isEnabled(kind: u32): bool {
  return ((enabledKinds >>> kind) & 1) !== 0;
}

/** Whether rows of a kind are written in native encoding, and not as JSON. */
export function isNative(kind: u32): bool {
  return ((nativeKinds >>> kind) & 1) !== 0;
}

/** @param enabled a bit for each row kind, and so `native`. */
export function setKinds(enabled: u32, native: u32): void {
  enabledKinds = enabled;
  nativeKinds = native;
}

export function setLimits(nesting: u32, items: u32): void {
  nestingMax = nesting;
  itemsMax = items;
}

export function setTimes(format: u32, nanoseconds: bool): void {
  timeFormat = format;
  metricNanoseconds = nanoseconds;
}

export function setGlassflow(glassflow: bool): void {
  isGlassflow = glassflow;
}

export function setKeys(traces: u32, logs: u32, metrics: u32): void {
  tracesKey = traces;
  logsKey = logs;
  metricsKey = metrics;
}
