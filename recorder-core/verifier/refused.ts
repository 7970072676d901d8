/** How the verifier says that evidence does not hold, and that it could not be looked at. */
import { HoldfastError } from '../errors.ts';

/** What is thrown where evidence does not hold. The sentence is for a reader who knows no programs. */
export function refused(sentence: string): HoldfastError {
  return new HoldfastError('integrity_failed', sentence);
}

/** What is thrown where nothing can be said about the evidence, because it could not be read. */
export function unreadable(sentence: string, cause?: unknown): HoldfastError {
  return new HoldfastError('unavailable', sentence, { cause });
}

/** A text out of the evidence, made fit to stand in a sentence: printable and short. */
export function quoted(text: string): string {
  const printable = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return `"${printable.length > 160 ? `${printable.slice(0, 160)}…` : printable}"`;
}

/** A number with its noun. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
