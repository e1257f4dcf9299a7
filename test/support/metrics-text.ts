/** A value of Prometheus' text format. */
export interface MetricSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Reads Prometheus' text format, and refuses what is not of it. */
export function parseMetrics(text: string): MetricSample[] {
  return text
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const parts = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (!parts) throw new Error(`not a sample: ${line}`);
      const [, name = '', labels = '', value = ''] = parts;
      const named = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/g)];
      const number = value === '+Inf' || value === 'Nan' ? Number.NaN : Number(value);
      if (Number.isNaN(number) && value !== 'Nan') throw new Error(`not a number: ${line}`);
      return { name, labels: Object.fromEntries(named.map(([, key, held]) => [key, held])), value: number };
    });
}

/** The sum of a metric's values whose labels are as asked for; `undefined` when there is none. */
export function metricValue(
  samples: readonly MetricSample[],
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const found = samples.filter(
    sample =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}
