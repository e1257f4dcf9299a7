/** Changes an attribute of every row. */
export function traces(row) {
  row.SpanAttributes.set('cluster', 'eu-1');
}
