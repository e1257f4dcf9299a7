import { Column } from '../../generated/columns';
import { LogRecord } from '../../item';
import { writeUnsigned } from '../integers';
import { writeQuote, writeString } from '../text';
import { writeBodyText } from '../values';
import { writeKeyTraceId, writeSpanId } from './ids';
import { writeMap } from './maps';
import { writeNanoseconds } from './times';

export function writeLogColumn(at: usize, column: Column, logRecord: LogRecord): usize {
  switch (column) {
    case Column.Timestamp: {
      const time = logRecord.timeUnixNano;
      return writeNanoseconds(at, time === 0 ? logRecord.observedTimeUnixNano : time);
    }
    case Column.TraceId:
      return writeKeyTraceId(at, logRecord.traceId);
    case Column.SpanId:
      return writeSpanId(at, logRecord.spanId);
    case Column.TraceFlags:
      return writeUnsigned(at, logRecord.flags & 0xff);
    case Column.SeverityText:
      return writeString(at, logRecord.severityText);
    case Column.SeverityNumber:
      return writeUnsigned(at, logRecord.severityNumber & 0xff);
    case Column.Body:
      return writeQuote(writeBodyText(writeQuote(at), logRecord.body));
    case Column.LogAttributes:
      return writeMap(at, logRecord);
    case Column.EventName:
      return writeString(at, logRecord.eventName);
  }
  return at;
}
