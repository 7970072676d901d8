/** What a press of keys asks for. */
export type KeyWish = { readonly what: 'keys' | 'jump' } | { readonly what: 'go'; readonly to: string };

/** A press, as a browser tells it, with where it was. */
export interface KeyPress {
  readonly key: string;
  readonly command: boolean;
  /** True in a field, or while a dialog is open: then letters are letters. */
  readonly typing: boolean;
  /** True where the person switched single keys off. */
  readonly quiet: boolean;
}

/** Screens by the letter after `g`. */
export const GO_KEYS: readonly (readonly [letter: string, to: string])[] = [
  ['h', '/'],
  ['r', '/recordings'],
  ['l', '/live'],
  ['m', '/matters'],
  ['q', '/requests'],
  ['i', '/incidents'],
  ['a', '/approvals'],
  ['d', '/disposals'],
  ['e', '/exports'],
  ['t', '/reports'],
  ['u', '/audit'],
  ['p', '/people'],
  ['g', '/grants'],
  ['c', '/connections'],
  ['v', '/deliveries'],
  ['w', '/webhooks'],
];

/** Puts presses together: `?`, Ctrl-K (or Cmd-K), and `g` with a letter after it. */
export class KeySequence {
  #going = false;

  /** What this press asks for; undefined where it is nobody's or only the first of two. */
  press({ key, command, typing, quiet }: KeyPress): KeyWish | undefined {
    const going = this.#going;
    this.#going = false;
    if (command) return key.toLowerCase() === 'k' ? { what: 'jump' } : undefined;
    if (typing || quiet) return undefined;
    if (going) {
      const to = GO_KEYS.find(([letter]) => letter === key)?.[1];
      return to === undefined ? undefined : { what: 'go', to };
    }
    if (key === '?') return { what: 'keys' };
    this.#going = key === 'g';
    return undefined;
  }
}
