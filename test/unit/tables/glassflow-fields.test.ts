import { expect, it } from 'vitest';
import { type GlassflowField, glassflowFieldsOf } from '../../../src/tables/glassflow-fields.js';

function namesOf(fields: readonly GlassflowField[]): unknown[] {
  return fields.map(field => ('fields' in field ? { [field.name]: namesOf(field.fields) } : field.name));
}

it('logs have no EventName', () => {
  expect(namesOf(glassflowFieldsOf('logs'))).toStrictEqual([
    'Body',
    'LogAttributes',
    'ResourceAttributes',
    'ResourceSchemaUrl',
    'ScopeAttributes',
    'ScopeName',
    'ScopeSchemaUrl',
    'ScopeVersion',
    'ServiceName',
    'SeverityNumber',
    'SeverityText',
    'SpanId',
    'Timestamp',
    'TraceFlags',
    'TraceId',
  ]);
});

it('traces keep events and links flat', () => {
  expect(namesOf(glassflowFieldsOf('traces')).slice(0, 9)).toStrictEqual([
    'Duration',
    'Events.Attributes',
    'Events.Name',
    'Events.Timestamp',
    'Links.Attributes',
    'Links.SpanId',
    'Links.TraceId',
    'Links.TraceState',
    'ParentSpanId',
  ]);
});

it('metrics nest exemplars and quantiles, sorted at both levels', () => {
  expect(namesOf(glassflowFieldsOf('gauge')).slice(0, 3)).toStrictEqual([
    'Attributes',
    { Exemplars: ['FilteredAttributes', 'SpanId', 'TimeUnix', 'TraceId', 'Value'] },
    'Flags',
  ]);
  expect(namesOf(glassflowFieldsOf('summary')).slice(-3)).toStrictEqual([
    'Sum',
    'TimeUnix',
    { ValueAtQuantiles: ['Quantile', 'Value'] },
  ]);
});
