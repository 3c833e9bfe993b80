/** One line of a list of facts. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Shown in a fixed-width font, with a button that copies it. */
  readonly exact?: boolean;
}
