import { drop } from 'otelrows';

/** Every row must have come through the rules, once, whatever happened to its worker. */
async function seen(row, ctx) {
  const attributes = row.SpanAttributes ?? row.LogAttributes ?? row.Attributes;
  if (attributes.get('marked') !== 'true' || attributes.has('seen')) throw new Error('not marked once');
  attributes.set('seen', 1n);
  ctx.count('seen');
  if (row.ServiceName === 'not-there') return drop('not_there');
}

export const traces = seen;
export const logs = seen;
export const sum = seen;
