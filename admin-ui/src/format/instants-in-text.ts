/** A piece of a sentence: plain words, or an instant that can be shown in the reader's own time. */
export interface TextPiece {
  readonly text: string;
  readonly isInstant: boolean;
}

const INSTANT = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z)/;

/** Splits a sentence of the hub at its RFC 3339 instants in UTC; joined again, the pieces are the sentence. */
export function instantsInText(sentence: string): TextPiece[] {
  // A split at a capturing group puts what it matched at every odd place.
  return sentence
    .split(INSTANT)
    .map((text, place) => ({ text, isInstant: place % 2 === 1 }))
    .filter((piece) => piece.text !== '');
}
