import { listOf, oneOf, text } from '../kinds.js';

const defaultInputs: {
  topic: string;
  signal: 'auto' | 'traces' | 'logs' | 'metrics';
  encoding: 'auto' | 'otlp_proto' | 'otlp_json';
  framing: 'auto' | 'none' | 'confluent';
}[] = [
  { topic: 'otlp_spans', signal: 'traces', encoding: 'auto', framing: 'auto' },
  { topic: 'otlp_logs', signal: 'logs', encoding: 'auto', framing: 'auto' },
  { topic: 'otlp_metrics', signal: 'metrics', encoding: 'auto', framing: 'auto' },
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
    signal: oneOf(['auto', 'traces', 'logs', 'metrics'], {
      default: 'auto',
      doc: 'What the records of the topic hold; with `auto` it is told of each record, so several signals can share a topic.',
    }),
    encoding: oneOf(['auto', 'otlp_proto', 'otlp_json'], {
      default: 'auto',
      doc: 'How they are written; `auto` looks at each record.',
    }),
    framing: oneOf(['auto', 'none', 'confluent'], {
      default: 'auto',
      doc: 'Whether values begin with the prefix of a schema registry; `auto` looks at each record.',
    }),
  },
  {
    required: ['topic', 'signal'],
    default: defaultInputs,
    doc: 'Topics to read. Each record is one whole OTLP export request; in JSON it may also be several, one after the other, as in files of one request a line. `topic` is a name, or a regular expression that starts with `^`; `signal` is `traces`, `logs` or `metrics`, or `auto` for topics that several signals share: then the header `otelcol.signal` tells it (`signal_header: true` of the Kafka exporter), else what the record holds, where that is certain. `encoding` is `otlp_proto`, `otlp_json` or `auto` (the default: told by the header `content-type`, else from the first bytes of each record). `framing` is `none`, `confluent` for values behind the prefix of a schema registry, or `auto` (the default: told from the first byte). See [inputs.md](inputs.md). The default topics are those of the Kafka exporter of the OpenTelemetry Collector.',
  },
);
