/**
 * Folds text for the built-in search: no difference of case (ß is ss, every
 * sigma the same), accents removed, wide and joined forms made plain, every run
 * of white space one blank. The same function folds what is stored and what is
 * asked, so they always meet.
 */
export function foldWords(text: string): string {
  // Most texts have nothing that the long way would change but their case and their blanks.
  if (ASCII.test(text)) return text.toLowerCase().replaceAll(BLANKS, ' ').trim();
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .toUpperCase() // ẞ to ß to SS
    .toLowerCase()
    .replaceAll('ς', 'σ') // lower case knows a sigma at the end of a word, and a search does not know the end
    .replaceAll(BLANKS, ' ')
    .trim();
}

const BLANKS = /\s+/gu;
const ASCII = /^\p{ASCII}*$/u;
