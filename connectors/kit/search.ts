/** Searching a connected system for recordings: candidates by id, nothing of their content. */

/** What is looked for. */
export interface RecordingSearch {
  /** Folded words (`foldWords`); every one has to be found in a recording. */
  readonly words: readonly string[];
  /** Only what comes after this one, newest first. */
  readonly before?: { readonly startedAt: string; readonly id: string };
  readonly limit: number;
}

/** One recording that was found, as the other side knows it: the host decides by its own rows what is shown. */
export interface RecordingFound {
  readonly id: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly revision: number;
}
