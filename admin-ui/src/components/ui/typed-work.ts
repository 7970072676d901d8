/** A place that somebody may write in, as far as this file needs it. */
export interface WritingPlace {
  readonly isConnected: boolean;
}

/**
 * Knows whether somebody wrote something that is still to be sent, so that it is not thrown away by a slip. Fields that are gone,
 * because what they held was sent or a next step stands in their place, ask for nothing.
 */
export class TypedWork<Place extends WritingPlace> {
  readonly #textOf: (place: Place) => string | undefined;
  /** What stood in each field when it was entered first. */
  readonly #before = new Map<Place, string>();

  constructor(textOf: (place: Place) => string | undefined) {
    this.#textOf = textOf;
  }

  /** Told before anything is written there. */
  entered(place: Place): void {
    const text = this.#textOf(place);
    if (text !== undefined && !this.#before.has(place)) this.#before.set(place, text);
  }

  /** Whether a field holds text, and other text than before. */
  isThere(): boolean {
    return [...this.#before].some(([place, before]) => {
      const text = place.isConnected ? (this.#textOf(place) ?? '') : '';
      return text.trim() !== '' && text !== before;
    });
  }
}

const WRITTEN = ['text', 'email', 'url', 'search', 'tel', 'number', 'password'];

/** What a field of the page holds: an input's, a text area's or an editor's text; nothing of boxes, lists and buttons. */
export function textOfField(element: Element): string | undefined {
  if (element instanceof HTMLTextAreaElement) return element.value;
  if (element instanceof HTMLInputElement) return WRITTEN.includes(element.type) ? element.value : undefined;
  return element instanceof HTMLElement && element.isContentEditable ? element.innerText : undefined;
}
