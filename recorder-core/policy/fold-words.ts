/**
 * Folds text for the built-in search: no difference of case (ß is ss, every
 * sigma the same), accents removed, wide and joined forms made plain, every run
 * of white space one blank. The same function folds what is stored and what is
 * asked, so they always meet.
 */
export function foldWords(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .toUpperCase() // ẞ to ß to SS
    .toLowerCase()
    .replaceAll('ς', 'σ') // lower case knows a sigma at the end of a word, and a search does not know the end
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
