import type { Row } from '../../tables/row.js';

/**
 * Writes one row as the value of one Kafka message. Made once per row kind, row format and encoding.
 *
 * @throws RowTooLarge when the row has more bytes than any row may have.
 */
export type RowEncoder = (row: Row) => Buffer;
