/** The shortest password, in characters (code points). Length is what guessing has to fight. */
export const LEAST_PASSWORD_CHARACTERS = 15;
/** The longest; more helps nobody and costs memory. */
export const MOST_PASSWORD_CHARACTERS = 256;
const LEAST_DIFFERENT = 6;
/** A piece of a name that is shorter stands in too many words. */
const LEAST_PIECE = 4;

/** The form in which a password is counted, compared and hashed, whatever keyboard it came from (NIST SP 800-63B, 3.1.1.2). */
export function normalPassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * What is wrong with a password, in a sentence; undefined where nothing is. `names` are those of the person, the tenant and the
 * product, which an attacker tries first. No mixture of character classes is asked for: it makes people choose worse ones.
 */
export function passwordFault(password: string, names: readonly string[]): string | undefined {
  const normal = normalPassword(password);
  const characters = [...normal];
  if (characters.length < LEAST_PASSWORD_CHARACTERS)
    return `It needs at least ${LEAST_PASSWORD_CHARACTERS} characters; a sentence that only you would write is good.`;
  if (characters.length > MOST_PASSWORD_CHARACTERS)
    return `It can have ${MOST_PASSWORD_CHARACTERS} characters at most.`;
  const small = normal.toLowerCase();
  if (new Set(small).size < LEAST_DIFFERENT || isRepetition(small))
    return 'It repeats the same few characters. Choose one that is harder to guess.';
  if (isSequence(characters)) return 'It follows the alphabet or counts. Choose one that is harder to guess.';
  return piecesOf(names).some((piece) => small.includes(piece))
    ? 'It has a name of yours, of your organisation or of this product in it. Choose one without.'
    : undefined;
}

/** Whether a text is a shorter one, of two thirds at most, written again and again, the last time perhaps not to its end. */
function isRepetition(text: string): boolean {
  for (let length = 1; length <= (text.length * 2) / 3; length += 1)
    if (text.slice(length) === text.slice(0, -length)) return true;
  return false;
}

/** Whether nearly every character is the one after, or before, that which stands in front of it. */
function isSequence(characters: readonly string[]): boolean {
  const steps = characters.slice(1).map((each, at) => codeOf(each) - codeOf(characters[at] ?? ''));
  return [1, -1].some((step) => steps.filter((each) => each === step).length >= steps.length * 0.8);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function piecesOf(names: readonly string[]): string[] {
  return names
    .flatMap((name) =>
      normalPassword(name)
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u),
    )
    .filter((piece) => piece.length >= LEAST_PIECE);
}
