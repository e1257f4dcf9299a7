import type { RowKind } from '../../tables/columns.js';

/** Where rows may go, and which may have headers of their own. */
export interface Places {
  /** The topics that rows of a kind may be sent to. */
  readonly topicsOf: Readonly<Record<RowKind, ReadonlySet<string>>>;
  /** Kinds whose rows are messages of their own. */
  readonly ownMessages: ReadonlySet<RowKind>;
}

/** @throws RangeError for a topic that nobody knows: it would stop the record. */
export function checkRoute({ topicsOf }: Places, kind: RowKind, topic: string): void {
  if (topicsOf[kind].has(topic)) return;
  throw new RangeError(
    `route(${JSON.stringify(topic)}): no topic for rows of ${kind}. Name it in transform.function_topics`,
  );
}

/** @throws RangeError for rows that have no message of their own. */
export function checkHeader({ ownMessages }: Places, kind: RowKind, name: string): void {
  if (ownMessages.has(kind)) return;
  throw new RangeError(
    `header(${JSON.stringify(name)}): rows of ${kind} share messages, which have the headers of all. Only with encoding json`,
  );
}
