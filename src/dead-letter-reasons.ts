interface Reason {
  /** A whole record as it is read, or those of its items whose rows cannot be sent. */
  refuses: 'record' | 'items';
  /** What is wrong, in Markdown. */
  meaning: string;
  /** What can be done about it, in Markdown. */
  remedy: string;
}

/**
 * Why a record, or an item of one, became a dead letter: one word, used in dead-letter headers, logs and counters. The
 * types, the series of the metrics, the choices of `--reason` and the table in docs/dead-letters.md are made of this list.
 */
export const DEAD_LETTER_REASONS = {
  malformed: {
    refuses: 'record',
    meaning:
      'The bytes are no OTLP export request in the encoding of the input. The message names the field and byte where that shows, or what the value is instead, where that can be told: compressed in a way that is not read, behind a header that is not read, base64, plain text and so on. In JSON, whatever follows a request and is none refuses the record.',
    remedy:
      '`deadletters show` has the headers and bytes: find out what wrote them, and fix that. Nothing makes rows of such a record.',
  },
  wrong_encoding: {
    refuses: 'record',
    meaning:
      'JSON where the input is configured as `otlp_proto`, or protobuf where it is `otlp_json`; or either where its header `content-type` says the other.',
    remedy: 'Set `encoding` of the input to what is written, or to `auto`. Then replay.',
  },
  wrong_signal: {
    refuses: 'record',
    meaning:
      'Another signal than the input is configured for, such as logs where `signal` is `traces`, alone or beside its own; or another one than its header `otelcol.signal` says.',
    remedy:
      'Set `signal` of the input to `auto`, or let the collector write each signal to a topic of its own. A record of two signals makes no rows in any case. When only `signal` of the input was wrong, correct it and replay.',
  },
  unsupported_signal: {
    refuses: 'record',
    meaning:
      'Profiles, or another signal than traces, logs and metrics: by the header `otelcol.signal`, or by what the record holds.',
    remedy:
      'Nothing makes rows of such a record. Let the collector write that signal to a topic that is not read, or let these expire.',
  },
  unknown_signal: {
    refuses: 'record',
    meaning:
      '`signal` of the input is `auto`, the record has no header `otelcol.signal`, and what it holds is not certain, such as log records of nothing but a body.',
    remedy:
      'Set `signal_header: true` in the Kafka exporter (v0.160 and newer), or give the signal a topic of its own and set `signal` of that input. Records that are of one signal can be replayed with it as `signal` of the input.',
  },
  unknown_root: {
    refuses: 'record',
    meaning:
      'A JSON object that is no export request of any signal, such as the log line of an application, field names in the spelling of Go (`ResourceLogs`), or a part of a request without what is around it. The message names its first key, and the root that a key resembles.',
    remedy:
      'Find out what writes it: another topic for what is not OTLP, and `otlp_json` or `otlp_proto` as the encoding of the exporter. Nothing makes rows of such a record.',
  },
  nesting_limit: {
    refuses: 'record',
    meaning: 'Attribute values are nested deeper than `limits.max_nesting`.',
    remedy: 'Raise it and replay, or fix the program that nests so deep.',
  },
  items_limit: {
    refuses: 'record',
    meaning: 'The record has more items than `limits.max_items`.',
    remedy: 'Raise it and replay, or let the collector send smaller batches.',
  },
  bytes_limit: {
    refuses: 'record',
    meaning:
      'The record is larger than `limits.max_record_bytes`, or would take more memory than the message names: its decoded form and its rows together may take 160 MiB, or two and a half times `limits.max_record_bytes` where that is more.',
    remedy:
      'Raise `limits.max_record_bytes`, with which the bound on memory grows, and replay; or let the collector send smaller batches.',
  },
  row_too_large: {
    refuses: 'items',
    meaning:
      'A row is larger than `producer.max_message_bytes`, or than `max.message.bytes` of its topic. The other rows of the record were written.',
    remedy:
      'Raise both, or set `oversize.policy: truncate`. Then replay. A row of more than 32 MiB is not even made, and so cannot be cut, unless `producer.max_message_bytes` is larger.',
  },
  handler_failed: {
    refuses: 'record',
    meaning:
      'The function `handler` of `transform.module` threw at the request, took longer than `transform.function_timeout_ms`, or returned what is no row. The message names the line of its file.',
    remedy:
      'Correct the function and replay. `deadletters show --out` writes the record to a file, and `otelrows test` runs the function on it.',
  },
  function_failed: {
    refuses: 'items',
    meaning:
      'A function of `transform.module` threw at the item, took longer than `transform.function_timeout_ms`, or returned what a function cannot return. The message names the line of its file. The other rows of the record were written.',
    remedy:
      'Correct the function and replay. `deadletters show --out` writes the record to a file, and `otelrows test` runs the function on it.',
  },
  rule_failed: {
    refuses: 'items',
    meaning:
      'A rule of `transform.rules` could not be applied to the item, such as one that compares numbers, met by a text. The message names the rule. The other rows of the record were written.',
    remedy:
      'Change the rule, or its `on_error`, and replay. `deadletters show --out` writes the record to a file, and `convert` shows what the rules do to it.',
  },
  transaction_timeout: {
    refuses: 'record',
    meaning:
      'The rows of the record were not written within `producer.transaction_timeout_ms`, several times in a row, though it was alone in its transaction and the brokers answered in time: too many bytes for the quota, network or disk. The value is left out where it takes as long.',
    remedy:
      'Raise `producer.transaction_timeout_ms` or the quota (`producer_byte_rate`) of this user and replay; or smaller batches in the collector.',
  },
  defect: {
    refuses: 'record',
    meaning:
      'otelrows itself failed at this record. The log has the error with its stack (event `defect`); other records are not affected.',
    remedy: 'Please report the error, with the record if you may. After an update that corrects it, replay.',
  },
} as const satisfies Record<string, Reason>;

type Reasons = typeof DEAD_LETTER_REASONS;

/** Why a record or a row became a dead letter: see [dead-letters.md](dead-letters.md). */
export type DeadLetterReason = keyof Reasons;

/** Why the transform refused a record. */
export type PoisonReason = Exclude<
  { [Name in DeadLetterReason]: Reasons[Name]['refuses'] extends 'record' ? Name : never }[DeadLetterReason],
  'transaction_timeout' | 'defect'
>;

/** All of them, in the order of the list. */
export const deadLetterReasons = Object.keys(DEAD_LETTER_REASONS) as DeadLetterReason[];

/** Those for which whole records are refused, or items. */
export function reasonsToRefuse(what: Reason['refuses']): DeadLetterReason[] {
  return deadLetterReasons.filter(reason => DEAD_LETTER_REASONS[reason].refuses === what);
}
