import { instantsInText } from '../format/instants-in-text.ts';
import { fromHub } from '../from-hub/from-hub.ts';
import { Timestamp } from './timestamp.tsx';

/** A sentence of the hub in the language of the page, with its instants in the reader's own time. */
export function Sentence({ text }: { readonly text: string }) {
  return instantsInText(fromHub(text)).map(({ text: piece, isInstant }, place) =>
    isInstant ? <Timestamp key={place} instant={piece} className="whitespace-nowrap" /> : piece,
  );
}
