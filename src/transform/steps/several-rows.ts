/**
 * A step makes several rows of an item, which the engine that shows it cannot do: only the plain engine, and of a whole record.
 * Whoever catches it here cannot go on.
 */
export class SeveralRows extends Error {
  override readonly name = 'SeveralRows';

  constructor() {
    super('several rows of one item are made by the plain engine, which is shown the record next');
  }
}
