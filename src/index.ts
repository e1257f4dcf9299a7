/**
 * otelrows as a library: the worker, and the transform without Kafka.
 *
 * @example Rows of a request, anywhere:
 *     import { explodeTraces } from 'otelrows';
 *     for (const row of explodeTraces(bytes)) console.log(row.SpanName, row.Duration);
 *
 * @example A worker inside another program:
 *     import { createProcessor, loadConfig } from 'otelrows';
 *     const { config } = loadConfig({ file: 'otelrows.yaml', env: process.env });
 *     const processor = createProcessor({ config });
 *     process.once('SIGTERM', () => processor.close());
 *     await processor.run();
 */
export { type ConfigSources, type GivenSettings, loadConfig } from './config/load.js';
export type { LoadedConfig, Origin } from './config/loaded-config.js';
export { type Config, defaultConfig } from './config/schema.js';
export {
  createProcessor,
  type Processor,
  type ProcessorHealth,
  type ProcessorOptions,
} from './create-processor.js';
export { createTransform } from './create-transform.js';
export type { Flavor, Reading, SchemaOptions, Tiers } from './ddl/schema-options.js';
export { schemaOptionsOf } from './ddl/schema-options-of.js';
export { schemaStatements } from './ddl/statements.js';
export type { DeadLetterReason } from './dead-letter-reasons.js';
export type { AddedColumn, AddedColumns, ColumnValue } from './encodings/added-columns.js';
export { decodeNative, decodeNativeToJson, type NativeRow } from './encodings/native/decode-native.js';
export { columns, type RowColumn } from './encodings/row-columns.js';
export { createRowJoiner, type JoinRows, type TopicRow } from './encodings/row-joiner.js';
export type { EncodingName, EncodingSettings } from './encodings/settings.js';
export { ConfigInvalid, Fatal, type PoisonReason, PoisonRecord } from './errors.js';
export type { Coordinates, TopicPartition } from './kafka/ports.js';
export type { ByReason, Counters, WithoutItemsBy } from './observe/counters.js';
export type { EventFields, EventLevel, EventName, WorkerEvent } from './observe/event-list.js';
export type { EventLog } from './observe/log.js';
export type { MetricKind, MetricTime, RowKind } from './tables/columns.js';
export type { AttributeMap, RowFormat, RowOf, TimeFormat } from './tables/row.js';
export { type TestedRecord, type TestRecord, testTransform } from './test-transform.js';
export type { InputEncoding } from './transform/decode/decode-record.js';
export type { Limits } from './transform/decode/limits.js';
export type { Signal } from './transform/decode/otlp.js';
export {
  type ExplodeOptions,
  explodeLogs,
  explodeMetrics,
  explodeTraces,
  type MetricRow,
} from './transform/explode-bytes.js';
export {
  type ContextLog,
  type Drop,
  defineTransform,
  drop,
  type FunctionContext,
  type FunctionResult,
  type Handler,
  type HandlerTable,
  type KeyedRow,
  type RowFunction,
  type TransformFunctions,
  withKey,
} from './transform/functions/define.js';
export {
  durationMs,
  fingerprint,
  flatten,
  isSampled,
  redactText,
  severityOf,
  urlWithoutQuery,
} from './transform/functions/helpers.js';
export { keyedHash } from './transform/rules/keyed-hash.js';
export type { ItemContext, RecordContext, RecordHeader } from './transform/steps/context.js';
export type { NamedCounts } from './transform/steps/named-counts.js';
export type { FailedItem, StepsOutcome } from './transform/steps/run-steps.js';
export type {
  AsyncStep,
  Dropped,
  OnError,
  SeveralItems,
  Step,
  StepFailure,
  StepTraits,
  Verdict,
} from './transform/steps/step.js';
export type { StepTally } from './transform/steps/tally.js';
export type { AttributesView, ItemView, SentValue, SettableValue } from './transform/steps/view.js';
export type { Suspicion } from './transform/suspicion.js';
export type {
  MessageLifetime,
  OutputMessage,
  PlainItems,
  TransformedRecord,
  TransformRecord,
  TransformSettings,
} from './transform/transform-record.js';
