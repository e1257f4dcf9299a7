import type { HeaderStyle } from '../config/schema/outputs.js';
import type { Header, InputRecord } from '../kafka/ports.js';
import type { Problem } from './dead-letter.js';
import { header } from './headers.js';

/** The headers of other programs that a dead-letter record has beside ours. */
export type StyledHeaders = (record: InputRecord, problem: Problem) => readonly Header[];

/** @param groupId of the consumer group that reads the records. */
type Style = (record: InputRecord, problem: Problem, groupId: string) => Header[];

const STYLES: Readonly<Record<HeaderStyle, Style>> = {
  kafka_connect: kafkaConnectHeaders,
  spring_kafka: springKafkaHeaders,
};

/** The stages of Kafka Connect that come nearest to ours: to it, what writes rows is a sink. */
const CONNECT_STAGES = {
  decode: 'VALUE_CONVERTER',
  transform: 'TRANSFORMATION',
  send: 'TASK_PUT',
} as const satisfies Record<Problem['stage'], string>;

/** Headers that hold the error message, which a dead-letter record that has to be small cuts. */
export const STYLED_MESSAGES: ReadonlySet<string> = new Set([
  '__connect.errors.exception.message',
  '__connect.errors.exception.stacktrace',
  'kafka_dlt-exception-message',
  'kafka_dlt-exception-stacktrace',
]);

/** As `dead_letter.header_styles` says. */
export function styledHeaders(styles: readonly string[], groupId: string): StyledHeaders {
  const chosen = [...new Set(styles)].map(style => STYLES[style as HeaderStyle]);
  return (record, problem) => chosen.flatMap(headersOf => headersOf(record, problem, groupId));
}

/** Names and texts of Kafka Connect's DeadLetterQueueReporter (KIP-298). */
function kafkaConnectHeaders(record: InputRecord, problem: Problem, groupId: string): Header[] {
  const { topic, partition, offset } = record;
  const { stage, errorClass, message } = problem;
  return Object.entries({
    topic,
    partition: String(partition),
    offset: String(offset),
    'connector.name': groupId,
    'task.id': '0',
    stage: CONNECT_STAGES[stage],
    'class.name': 'otelrows',
    'exception.class.name': errorClass,
    'exception.message': message,
    'exception.stacktrace': firstTraceLine(problem),
  }).map(([name, text]) => header(`__connect.errors.${name}`, text));
}

/**
 * Names and values of Spring Kafka's DeadLetterPublishingRecoverer, whose numbers are big-endian. The client does not tell
 * who has set a timestamp: that it was the sender is what topics have unless they are told otherwise.
 */
function springKafkaHeaders(record: InputRecord, problem: Problem, groupId: string): Header[] {
  const { topic, partition, offset, timestampMs } = record;
  return [
    header('kafka_dlt-original-topic', topic),
    { key: 'kafka_dlt-original-partition', value: int32(partition) },
    { key: 'kafka_dlt-original-offset', value: int64(offset) },
    { key: 'kafka_dlt-original-timestamp', value: int64(timestampMs ?? -1) },
    header('kafka_dlt-original-timestamp-type', timestampMs === null ? 'NoTimestampType' : 'CreateTime'),
    header('kafka_dlt-original-consumer-group', groupId),
    header('kafka_dlt-exception-fqcn', problem.errorClass),
    header('kafka_dlt-exception-message', problem.message),
    header('kafka_dlt-exception-stacktrace', firstTraceLine(problem)),
  ];
}

/** As Java begins a stack trace. The frames below it would say nothing about the record. */
function firstTraceLine({ errorClass, message }: Problem): string {
  return `${errorClass}: ${message}`;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
