import type { Config } from './schema.js';

/** What the sections are about: the introductions in the reference and in `config/default.yaml`. */
export const sections: Record<keyof Config, { title: string; about: string }> = {
  kafka: { title: 'Kafka', about: 'How to reach the brokers, for reading and writing alike.' },
  inputs: { title: 'Inputs', about: 'Which topics are read, and what they hold.' },
  consumer: { title: 'Consumer', about: 'How records are read.' },
  producer: { title: 'Producer', about: 'How rows are written.' },
  delivery: { title: 'Delivery', about: 'What is promised about each row.' },
  batch: {
    title: 'Batches',
    about: 'How many records make one transaction. The bound that is met first ends the batch.',
  },
  memory: { title: 'Memory', about: 'How much is held on the way from input to output.' },
  retry: {
    title: 'Retries',
    about:
      'Pauses between attempts at a batch whose transaction was aborted. The input offsets were not committed, so nothing is lost meanwhile.',
  },
  limits: {
    title: 'Limits',
    about: 'What one record may hold. A record that holds more goes to the dead-letter topic as it is.',
  },
  transform: {
    title: 'Transform',
    about: 'What is done with items before they become rows, and which of two engines makes these.',
  },
  row_format: { title: 'Row format', about: 'The shape of the rows.' },
  time_format: { title: 'Time format', about: 'How times are written.' },
  metric_time: { title: 'Metric time', about: 'The resolution of metric times.' },
  row_id: { title: 'Row ids', about: 'Telling rows that are processed again from others.' },
  headers: { title: 'Headers', about: 'What row messages carry beside key and value.' },
  copy_headers: { title: 'Copied headers', about: 'What row messages keep of the headers of their records.' },
  oversize: { title: 'Oversize rows', about: 'What happens to rows that are larger than a message may be.' },
  dry_run: { title: 'Dry run', about: 'Trying without writing.' },
  output_topics: {
    title: 'Output topics',
    about:
      'How the topics that are written to are created where they do not exist: those of rows, and that of dead letters.',
  },
  traces: { title: 'Traces', about: 'Rows of spans.' },
  logs: { title: 'Logs', about: 'Rows of log records.' },
  metrics: { title: 'Metrics', about: 'Rows of metric data points: one kind of row for each metric type.' },
  json_lines: {
    title: 'JSON lines',
    about: 'Messages of several rows, for outputs with `encoding` `json_lines`.',
  },
  native: {
    title: 'Native blocks',
    about: 'Messages of many rows, for outputs with `encoding` `native`.',
  },
  dead_letter: {
    title: 'Dead letters',
    about:
      'Records that can never become rows keep their key, value and headers, and go here in the same transaction, with headers that say where they came from and what is wrong.',
  },
  workers: { title: 'Workers', about: 'How many processes share the work.' },
  http: { title: 'HTTP', about: 'Where the workers tell how they are: health, readiness and metrics.' },
  health: { title: 'Health', about: 'When a worker is taken for stuck.' },
  log: { title: 'Log', about: 'What the worker tells about itself.' },
};
