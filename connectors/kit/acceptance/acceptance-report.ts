/**
 * What the last run of the suite found of one connector, kept as `connectors/<id>/acceptance.json`; every run is held
 * against it, and docs/connectors.md is made of it.
 */
export interface AcceptanceReport {
  readonly connector: string;
  /** Of the connector. */
  readonly version: string;
  readonly cases: readonly {
    readonly id: string;
    readonly title: string;
    /** Why the case cannot apply; left out where it passed. */
    readonly bypassed?: string;
  }[];
}
