/** What was found: a running server, the `temporal` command, or the production binaries. */
export type FoundTemporal =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'cli'; readonly command: string; readonly version: string }
  | { readonly kind: 'server'; readonly server: string; readonly sqlTool: string; readonly version: string };

export interface FindOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Gets lines of progress for a person; standard error by default. */
  readonly report?: (line: string) => void;
  /** Only the pinned production server will do; false by default. */
  readonly production?: boolean;
}

/** Looks for a server and changes nothing; undefined where there is none. */
export function findTemporal(options?: FindOptions): Promise<FoundTemporal | undefined>;

/** Finds a server, or downloads or builds one; throws an Error that says what is missing and every remedy. */
export function findOrBuildTemporal(
  options?: FindOptions & {
    readonly signal?: AbortSignal;
    /** Address of the download service; for tests. */
    readonly service?: string;
  },
): Promise<FoundTemporal>;
