/** Why a record or an item is left to the plain engine, in the order of `PLAIN_REASONS` of the host. */
export enum Reason {
  /**
   * A field or a value in a form that no usual sender writes, or one that is malformed, or goes beyond a limit: the plain
   * engine knows which.
   */
  Unusual,
  /** A message that occurs twice has to be merged. */
  Merged,
  /** It needs more than there is memory for. */
  TooLarge,
}
