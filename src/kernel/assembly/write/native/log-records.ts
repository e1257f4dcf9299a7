import { Column } from '../../generated/columns';
import { LogRecord } from '../../item';
import { writeRawText } from '../values';
import { writeKeyTraceId, writeSpanId } from './ids';
import { writeMap } from './maps';
import { write1 } from './numbers';
import { endText, writeText } from './texts';
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
      return write1(at, logRecord.flags);
    case Column.SeverityText:
      return writeText(at, logRecord.severityText);
    case Column.SeverityNumber:
      return write1(at, logRecord.severityNumber);
    case Column.Body:
      return endText(at, writeRawText(at + 1, logRecord.body));
    case Column.LogAttributes:
      return writeMap(at, logRecord);
    case Column.EventName:
      return writeText(at, logRecord.eventName);
  }
  return at;
}
