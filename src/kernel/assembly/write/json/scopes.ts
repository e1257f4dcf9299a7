import { copy } from '../../copy';
import { Column } from '../../generated/columns';
import { Metric, Scope } from '../../item';
import { endOf, startOf } from '../../range';
import { writeUnsigned } from '../integers';
import { writeString } from '../text';
import { writeMap } from './maps';

/** Columns that all rows of a scope share, or of a metric. */

export function writeScopeColumn(at: usize, column: Column, scope: Scope): usize {
  const resource = scope.resource;
  switch (column) {
    case Column.ServiceName:
      return writeString(at, resource.serviceName);
    case Column.ResourceAttributes:
      return copy(at, startOf(resource.writtenAttributes), endOf(resource.writtenAttributes));
    case Column.ResourceSchemaUrl:
      return writeString(at, resource.schemaUrl);
    case Column.ScopeName:
      return writeString(at, scope.name);
    case Column.ScopeVersion:
      return writeString(at, scope.version);
    case Column.ScopeAttributes:
      return writeMap(at, scope);
    case Column.ScopeDroppedAttrCount:
      return writeUnsigned(at, scope.droppedAttributesCount);
    case Column.ScopeSchemaUrl:
      return writeString(at, scope.schemaUrl);
  }
  return at;
}

export function writeMetricColumn(at: usize, column: Column, metric: Metric): usize {
  switch (column) {
    case Column.MetricName:
      return writeString(at, metric.name);
    case Column.MetricDescription:
      return writeString(at, metric.description);
    case Column.MetricUnit:
      return writeString(at, metric.unit);
  }
  return at;
}
