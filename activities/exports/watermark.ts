/** The most characters that a mark may have. */
const LONGEST = 64;

/**
 * The mark that stands on every page and in every sound file of a bundle: the recipient's name in plain letters, then
 * the whole id of the export, by which the recipient is found for certain.
 */
export function watermarkOf(recipient: string, exportId: string): string {
  const name = recipient
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, LONGEST - exportId.length - 1)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? exportId : `${name}.${exportId}`;
}
