/** A word that the editor offers. */
export interface Suggestion {
  readonly label: string;
  /** Stands beside the word, such as its type. */
  readonly detail?: string;
  /** A sentence about the word that is chosen at the moment. */
  readonly about?: string;
  readonly kind: 'field' | 'function' | 'word';
  /** What is written; the label where left out. */
  readonly insert?: string;
  /** How many characters before the end of what is written the caret stands, to go on typing between brackets. */
  readonly caretBack?: number;
}

/** Words for one place of a text: they take the place of what is typed since `from`. */
export interface Suggestions {
  readonly from: number;
  readonly options: readonly Suggestion[];
}

/** What is wrong with a text, and where; places count UTF-16 units from its beginning. */
export interface EditorFault {
  readonly from: number;
  /** The end of the word at `from` where left out. */
  readonly to?: number;
  readonly message: string;
}
