/** What a person brings to the sign-in page: a link, the part after its #, or nothing. */

/** Shortest token the hub takes. */
const SHORTEST = 20;

/** The token of a URL fragment, with or without its #; nothing when there is none that could be a token. */
export function tokenOfFragment(fragment: string): string | undefined {
  const text = fragment.replace(/^#/, '').trim();
  return text.length >= SHORTEST ? text : undefined;
}

/** The token of pasted text: a whole link or the bare token. */
export function tokenOfPaste(text: string): string | undefined {
  const trimmed = text.trim();
  const hash = trimmed.indexOf('#');
  const token = tokenOfFragment(hash === -1 ? trimmed : trimmed.slice(hash));
  return token === undefined || /[\s/?]/.test(token) ? undefined : token;
}

/**
 * Where to go after sign-in. Only a path of this console is accepted: anything that a browser could read as another site, and the
 * sign-in itself, falls back to the first screen.
 */
export function pathAfterSignIn(next: unknown): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next)) return '/';
  return /^\/sign-in(?=[/?#]|$)/.test(next) ? '/' : next;
}
