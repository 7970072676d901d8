/** What is said of one floor; the floors themselves: `floors.ts` and `hub-floors.ts`. */

/** Third-party packages and Node's modules: a closed list, or all but some. `@scope/*` and `node:*` stand for all of theirs. */
export type PackageRule = { readonly only: readonly string[] } | { readonly not: readonly string[] };

/** One folder of the tree and what its files may import besides each other and the error class. */
export interface Floor {
  /** Folder from the root; a last segment `*` makes every folder at that place a floor of its own. */
  readonly folder: string;
  /** True where only the files directly in the folder belong to the floor. */
  readonly direct?: true;
  /** Folders and files of ours. */
  readonly mayImport: readonly string[];
  /** Folders and files of ours of which only types may be taken. */
  readonly typesOf?: readonly string[];
  readonly packages?: PackageRule;
  /** The rule in words, printed with a breach. */
  readonly rule: string;
}

/** What everything above the recorder core may take. */
export const CORE = [
  'recorder-core/sip',
  'recorder-core/siprec',
  'recorder-core/media',
  'recorder-core/capture',
  'recorder-core/vault',
  'recorder-core/ledger',
  'recorder-core/policy',
  'recorder-core/authorization',
  'recorder-core/records',
];
