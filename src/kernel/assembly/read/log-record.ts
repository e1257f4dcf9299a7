import { LogRecord } from '../item';
import { NOWHERE } from '../range';
import { checkValue } from './attributes';
import { define, defineMessage, entriesEnd, Field, readWithAttributes, tableOf } from './fields';

const LOG_RECORD: u32 = 8;

export function readLogRecord(logRecord: LogRecord): void {
  readWithAttributes(logRecord.message, tableOf(LOG_RECORD), logRecord);
  if (logRecord.body !== NOWHERE) checkValue(logRecord.body, 1, entriesEnd);
}

export function defineLogRecord(): void {
  const logRecord = defineMessage(LOG_RECORD, 12);
  define(logRecord, 0x09, Field.Eight, offsetof<LogRecord>('timeUnixNano'));
  define(logRecord, 0x10, Field.Varint, offsetof<LogRecord>('severityNumber'));
  define(logRecord, 0x1a, Field.Bytes, offsetof<LogRecord>('severityText'));
  define(logRecord, 0x2a, Field.Once, offsetof<LogRecord>('body'));
  define(logRecord, 0x32, Field.Attribute);
  define(logRecord, 0x38, Field.SkipVarint); // dropped_attributes_count
  define(logRecord, 0x45, Field.Four, offsetof<LogRecord>('flags'));
  define(logRecord, 0x4a, Field.TraceId, offsetof<LogRecord>('traceId'));
  define(logRecord, 0x52, Field.SpanId, offsetof<LogRecord>('spanId'));
  define(logRecord, 0x59, Field.Eight, offsetof<LogRecord>('observedTimeUnixNano'));
  define(logRecord, 0x62, Field.Bytes, offsetof<LogRecord>('eventName'));
}
