import { enabledEncodings } from '../output-topics.js';
import { listedSettings, settings } from '../schema.js';
import { type CrossCheck, when } from './check.js';

const enabledPaths = listedSettings
  .map(({ path }) => path)
  .filter(path => /^(traces|logs|metrics)\..*enabled$/.test(path));

const encodingPaths = listedSettings.map(({ path }) => path).filter(path => path.endsWith('.encoding'));

/** Settings of rows that would have no effect, or leave nothing to do. */
export const checkRows: CrossCheck = (config, { origins }) => {
  const encodings = enabledEncodings(config);
  const { row_format, row_id, inputs, traces, logs, metrics } = config;
  const { key: _, ...kinds } = metrics;
  const makesRows = {
    traces: traces.enabled,
    logs: logs.enabled,
    metrics: Object.values(kinds).some(kind => kind.enabled),
  };
  return [
    ...(['time_format', 'metric_time'] as const).flatMap(path =>
      when(
        row_format === 'glassflow' && config[path] !== settings[path].default,
        [path, 'row_format'],
        `${path} has no effect with row_format: glassflow, whose times are fixed. Remove it, or choose row_format: clickhouse`,
      ),
    ),
    ...when(
      encodings.size === 1 && encodings.has('native') && config.time_format !== settings.time_format.default,
      ['time_format', ...encodingPaths.filter(path => origins.has(path))],
      'time_format has no effect with encoding: native, whose times are numbers. Remove it, or choose encoding: json',
    ),
    ...(['json_lines', 'native'] as const).flatMap(encoding =>
      when(
        row_id === 'header' && encodings.has(encoding),
        ['row_id', ...encodingPaths.filter(path => origins.has(path))],
        `row_id: header does not go with encoding: ${encoding}, whose messages hold several rows. Choose row_id: column, or encoding: json`,
      ),
    ),
    ...when(
      inputs.every(({ signal }) =>
        signal === 'auto' ? !Object.values(makesRows).includes(true) : !makesRows[signal],
      ),
      ['inputs', ...enabledPaths.filter(path => origins.has(path))],
      `every kind of row that the inputs could make is switched off: nothing would be written. Set one of ${enabledPaths.join(', ')} to true`,
    ),
  ];
};
