import type { Input } from '../../config/inputs.js';
import type { Header, InputRecord } from '../../kafka/ports.js';

/** A record that a command looks at: one of a topic, or the value of one, of a file. */
export interface RecordSource {
  /** For people: `request.bin: message 3`, `otlp_spans-0 offset 17`. */
  name: string;
  record: InputRecord;
  /** How it is read. */
  input: Input;
}

/** What the options of a command say of records. */
export interface ReadingOptions {
  signal: Input['signal'];
  encoding: Input['encoding'];
  /** Each file holds many records, each after its length. */
  lengthPrefixed?: boolean;
  /** Of the records of files. */
  header?: readonly Header[];
}
