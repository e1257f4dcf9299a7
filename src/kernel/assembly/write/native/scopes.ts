import { copy } from '../../copy';
import { Column } from '../../generated/columns';
import { Metric, Scope } from '../../item';
import { endOf, startOf } from '../../range';
import { writeMap } from './maps';
import { write4 } from './numbers';
import { writeText } from './texts';

/** Columns that all rows of a scope share, or of a metric. */

export function writeScopeColumn(at: usize, column: Column, scope: Scope): usize {
  const resource = scope.resource;
  switch (column) {
    case Column.ServiceName:
      return writeText(at, resource.serviceName);
    case Column.ResourceAttributes:
      return copy(at, startOf(resource.writtenAttributes), endOf(resource.writtenAttributes));
    case Column.ResourceSchemaUrl:
      return writeText(at, resource.schemaUrl);
    case Column.ScopeName:
      return writeText(at, scope.name);
    case Column.ScopeVersion:
      return writeText(at, scope.version);
    case Column.ScopeAttributes:
      return writeMap(at, scope);
    case Column.ScopeDroppedAttrCount:
      return write4(at, scope.droppedAttributesCount);
    case Column.ScopeSchemaUrl:
      return writeText(at, scope.schemaUrl);
  }
  return at;
}

export function writeMetricColumn(at: usize, column: Column, metric: Metric): usize {
  switch (column) {
    case Column.MetricName:
      return writeText(at, metric.name);
    case Column.MetricDescription:
      return writeText(at, metric.description);
    case Column.MetricUnit:
      return writeText(at, metric.unit);
  }
  return at;
}
