import type { RowFormat } from '../../tables/row.js';
import type { Shape } from './shape.js';
import { clickhouseShape } from './shape-clickhouse.js';
import { glassflowShape } from './shape-glassflow.js';

/** What each row format has for values. */
export const SHAPES: Record<RowFormat, Shape> = {
  clickhouse: clickhouseShape,
  glassflow: glassflowShape,
};
