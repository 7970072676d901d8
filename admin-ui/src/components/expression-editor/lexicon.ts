/** How the words of a language look; pure data, so that naming a language loads no editor. */
export interface Lexicon {
  /** Tells the language of one editor from that of another. */
  readonly name: string;
  /** Words of the grammar. */
  readonly keywords: readonly string[];
  /** Words that are values, such as `true`. */
  readonly values: readonly string[];
  /** What opens a text that ends with the same sign on the same line. */
  readonly quotes: readonly string[];
  /** What opens a remark up to the end of the line. */
  readonly remark: string;
  /** A sign before a name that makes a mark of it, such as `@id`. */
  readonly mark?: string;
}

/** CEL, the language of conditions and mappings. */
export const CEL: Lexicon = {
  name: 'cel',
  keywords: ['in', 'has', 'all', 'exists', 'exists_one', 'map', 'filter'],
  values: ['true', 'false', 'null'],
  quotes: ['"', "'"],
  remark: '//',
};
