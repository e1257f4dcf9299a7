import type { Config } from '../../config/schema.js';
import { addedColumnsOf } from '../../encodings/added-columns.js';
import { hasKeys } from '../../encodings/encoding.js';
import { encodingsByTopic } from '../../encodings/encodings-of.js';
import { InputInvalid } from '../../errors.js';
import type { InputRecord } from '../../kafka/ports.js';
import { loadSteps, transformBy } from '../../load-transform.js';
import { fitMessages } from '../../messages/fit-messages.js';
import { rowHeaders } from '../../messages/headers.js';
import { clientLimits } from '../../messages/message-limits.js';
import { type ProcessedRecord, processRecord, type ReadingParts } from '../../messages/process-record.js';
import { withRowIds } from '../../messages/row-id.js';
import { ROW_KINDS, type RowKind } from '../../tables/columns.js';
import { createPlainTransform } from '../../transform/plain-transform.js';
import type { Step } from '../../transform/steps/step.js';
import type { OutputMessage } from '../../transform/transform-record.js';
import type { RecordSource } from '../records/record-source.js';
import { identityOf, valuesOf } from './item-values.js';
import { createTracer, type StepTrace } from './trace-steps.js';

/** What becomes of an item in the end. */
export type Fate =
  /** `isKeySent` is false where a message has rows of several keys: the key then only chooses the partition. */
  | { kind: 'row'; topic: string; key: Buffer | null; isKeySent: boolean }
  /** The setting that would switch its kind on. */
  | { kind: 'switched_off'; setting: string }
  | { kind: 'dropped'; step: string }
  | { kind: 'dead_letter'; topic: string; reason: string; message: string };

export interface ExplainedItem {
  itemIndex: number;
  kind: RowKind;
  /** Ids and names, by column. */
  identity: Record<string, string>;
  steps: StepTrace[];
  fate: Fate;
}

/** What becomes of a record: of its items, or of all of it, as one. */
export type ExplainedRecord =
  | { outcome: 'items'; itemCount: number; items: ExplainedItem[] }
  | { outcome: 'dead_letter'; topic: string; reason: string; message: string };

/** @param isWanted which of its items are explained. */
export type ExplainRecord = (
  source: RecordSource,
  isWanted: (itemIndex: number) => boolean,
) => Promise<ExplainedRecord>;

/**
 * Explains what a worker with this config does with the items of records, by the engine that workers have for whatever is out of
 * the ordinary, and with their steps.
 *
 * @throws ConfigInvalid when a rule or the module lacks what it needs. @throws InputInvalid when the module makes rows of whole requests:
 * there are no steps then. @throws (the function) a defect that a record is met by.
 */
export async function recordExplainer(config: Config): Promise<ExplainRecord> {
  const loaded = await loadSteps(config);
  if ('handler' in loaded) {
    throw new InputInvalid(
      `${config.transform.module} exports handler, which makes rows of whole requests, so there are no steps to explain: otelrows convert shows its rows`,
    );
  }
  const tracer = createTracer(loaded.steps, config.transform.rules, addedColumnsOf(config));
  const plain: Config = { ...config, transform: { ...config.transform, engine: 'plain' } };
  const transform = transformBy(plain, 'lasting', tracer.steps);
  const list = itemLister(config);
  const send = sender(config);
  const deadLetters = config.dead_letter.topic.name;
  const sections = sectionsOf(config);
  const encodingOf = encodingsByTopic(config);

  return async ({ record, input }, isWanted) => {
    tracer.begin(isWanted);
    const parts = { inputOf: () => input, recordBytesMax: config.limits.max_record_bytes };
    const processed = await processRecord(record, { ...parts, transform });
    if (processed.outcome === 'defect') throw processed.error;
    if (processed.outcome === 'poison') {
      const { reason, message } = processed.error;
      return { outcome: 'dead_letter', topic: deadLetters, reason, message };
    }
    if (processed.outcome === 'too_slow') throw new Error(processed.message);
    const { steps } = processed.transformed;
    const { rows, tooLarge } = send(processed);
    const failed = new Map(steps?.failedItems.map(item => [item.itemIndex, item]));
    const fateOf = (itemIndex: number, traces: readonly StepTrace[]): Fate => {
      const row = rows.get(itemIndex);
      if (row) {
        const { topic, key } = row;
        return { kind: 'row', topic, key, isKeySent: hasKeys(encodingOf(topic)) };
      }
      const failure = failed.get(itemIndex);
      const deadLetter = { kind: 'dead_letter', topic: deadLetters } as const;
      if (failure) {
        const { reason, step, message } = failure;
        // Functions say which file they are of.
        return { ...deadLetter, reason, message: message.startsWith(step) ? message : `${step}: ${message}` };
      }
      if (tooLarge.has(itemIndex)) {
        return {
          ...deadLetter,
          reason: 'row_too_large',
          message: 'the row is larger than producer.max_message_bytes',
        };
      }
      return { kind: 'dropped', step: traces.at(-1)?.step ?? '' };
    };
    const { itemCount, listed } = await list(record, parts, isWanted);
    return {
      outcome: 'items',
      itemCount,
      items: listed.map(item => {
        const { itemIndex, kind } = item;
        if (!sections[kind].enabled) {
          const setting = `${kind === 'traces' || kind === 'logs' ? kind : `metrics.${kind}`}.enabled`;
          return { ...item, steps: [], fate: { kind: 'switched_off', setting } };
        }
        const traces = tracer.of(itemIndex, kind);
        return { ...item, steps: traces, fate: fateOf(itemIndex, traces) };
      }),
    };
  };
}

/** The rows of a record by their items, and the items whose row is too large to be sent. */
function sender(config: Config) {
  const limits = clientLimits(config.producer.max_message_bytes);
  const encodingOf = encodingsByTopic(config);
  const headersOf = rowHeaders(config);
  return ({ record, signal, transformed }: ProcessedRecord & { outcome: 'rows' }) => {
    const { fitting, tooLarge } = fitMessages(
      withRowIds(transformed.messages, record, config.row_id, encodingOf),
      headersOf(signal, record),
      limits,
      config.oversize.policy,
      encodingOf,
    );
    return {
      rows: new Map(fitting.map((row: OutputMessage) => [row.itemIndex, row])),
      tooLarge: new Set(tooLarge.map(({ itemIndex }) => itemIndex)),
    };
  };
}

type ListedItem = Pick<ExplainedItem, 'itemIndex' | 'kind' | 'identity'>;

/** Lists items as they came, those of kinds that are switched off too, which no step of the config sees. */
function itemLister(config: Config) {
  const all = structuredClone(config);
  all.transform = { ...all.transform, rules: [], module: null };
  for (const kind of ROW_KINDS) sectionsOf(all)[kind].enabled = true;
  let isListed: (itemIndex: number) => boolean = () => false;
  let listed: ListedItem[] = [];
  let itemCount = 0;
  const lister: Step = {
    name: 'lister',
    kinds: ROW_KINDS,
    apply: (item, context) => {
      const { itemIndex } = context;
      itemCount += 1;
      if (isListed(itemIndex)) {
        const identity = identityOf(item.kind, valuesOf(item, context, []));
        listed.push({ itemIndex, kind: item.kind, identity });
      }
      return 'skip';
    },
  };
  const transform = createPlainTransform(all, [lister]);
  return async (
    record: InputRecord,
    parts: Omit<ReadingParts, 'transform'>,
    isWanted: (itemIndex: number) => boolean,
  ): Promise<{ itemCount: number; listed: ListedItem[] }> => {
    isListed = isWanted;
    listed = [];
    itemCount = 0;
    await processRecord(record, { ...parts, transform });
    return { itemCount, listed };
  };
}

function sectionsOf({ traces, logs, metrics }: Config): Record<RowKind, { enabled: boolean }> {
  return { traces, logs, ...metrics };
}
