/** Something to be done on a server. */
export interface Step {
  /** For people: what, and why. */
  readonly what: string;
  readonly statements: readonly string[];
}
