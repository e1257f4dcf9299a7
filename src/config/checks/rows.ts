import { listedSettings, settings } from '../schema.js';
import { type CrossCheck, when } from './check.js';

const enabledPaths = listedSettings
  .map(({ path }) => path)
  .filter(path => /^(traces|logs|metrics)\..*enabled$/.test(path));

/** Settings of rows that would have no effect, or leave nothing to do. */
export const checkRows: CrossCheck = (config, { origins }) => {
  const { row_format, inputs, traces, logs, metrics } = config;
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
      inputs.every(({ signal }) => !makesRows[signal]),
      ['inputs', ...enabledPaths.filter(path => origins.has(path))],
      `every kind of row that the inputs could make is switched off: nothing would be written. Set one of ${enabledPaths.join(', ')} to true`,
    ),
  ];
};
