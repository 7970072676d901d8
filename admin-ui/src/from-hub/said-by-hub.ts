import { instantsInText } from '../format/instants-in-text.ts';
import { localTime } from '../format/time.ts';
import { fromHub } from './from-hub.ts';

/**
 * A text of the hub as the reader reads it where only plain text can stand: in their language, and its instants in their own time.
 * Where elements can stand, `Sentence` shows the instants with their exact time.
 */
export function saidByHub(text: string): string {
  return instantsInText(fromHub(text))
    .map(({ text: piece, isInstant }) => (isInstant ? localTime(piece) : piece))
    .join('');
}
