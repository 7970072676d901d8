/** A character that cannot stand where it should, as `{U+XXXX}`: nothing is lost, and nobody takes it for another. */
export function codePointSign(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `{U+${hex}}`;
}
