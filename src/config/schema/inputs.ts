import { listOf, oneOf, text } from '../kinds.js';

const defaultInputs: {
  topic: string;
  signal: 'traces' | 'logs' | 'metrics';
  encoding: 'auto' | 'otlp_proto' | 'otlp_json';
}[] = [
  { topic: 'otlp_spans', signal: 'traces', encoding: 'auto' },
  { topic: 'otlp_logs', signal: 'logs', encoding: 'auto' },
  { topic: 'otlp_metrics', signal: 'metrics', encoding: 'auto' },
];

/** The topics that are read, and what they hold. */
export const inputs = listOf(
  {
    topic: text({
      default: '',
      pattern: /^(\^.+|[a-zA-Z0-9._-]{1,249})$/,
      allowed: 'a topic name or a `^regex`',
      doc: 'Topic name, or a regular expression that starts with `^` and reads every topic whose name begins with what it describes: `^eu-|us-` those that begin with `eu-` or with `us-`. What clients and brokers read in different ways is refused.',
    }),
    signal: oneOf(['traces', 'logs', 'metrics'], {
      default: 'traces',
      doc: 'What the records of the topic hold.',
    }),
    encoding: oneOf(['auto', 'otlp_proto', 'otlp_json'], {
      default: 'auto',
      doc: 'How they are written; `auto` looks at each record.',
    }),
  },
  {
    required: ['topic', 'signal'],
    default: defaultInputs,
    doc: 'Topics to read. Each record is one whole OTLP export request; in JSON it may also be several, one after the other, as in files of one request a line. `topic` is a name, or a regular expression that starts with `^`; `signal` is `traces`, `logs` or `metrics`; `encoding` is `otlp_proto`, `otlp_json` or `auto` (the default: told from the first bytes of each record). The default topics are those of the Kafka exporter of the OpenTelemetry Collector.',
  },
);
