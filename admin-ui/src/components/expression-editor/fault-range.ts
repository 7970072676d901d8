import type { EditorFault } from './suggestion.ts';

/** The part of a text that a fault is underlined at: at least one character, and within the text. */
export function faultRange(text: string, { from, to }: EditorFault): { from: number; to: number } {
  const start = Math.max(0, Math.min(from, text.length));
  const word = /^(?:\.?\w+|\S)/.exec(text.slice(start))?.[0].length ?? 0;
  const end = Math.min(text.length, Math.max(start, to ?? start + word));
  // What is missing at the end is shown at the last character.
  return end > start ? { from: start, to: end } : { from: Math.max(0, start - 1), to: start };
}
