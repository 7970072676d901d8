/**
 * Folds text for the built-in search: lower case, accents removed, every run of
 * white space one blank. The same function folds what is stored and what is
 * asked, so they always meet.
 */
export function foldWords(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/gu, ' ').trim();
}
