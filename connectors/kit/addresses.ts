/** What an address of a configuration may hold, for `refine`; that it is an address is for `z.url` to say. */

/** Without a user, a query and a fragment: none of them is part of where something stands. */
export function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === '' && password === '' && search === '' && hash === '';
}

/** A plain address without a path: scheme, host and port alone. */
export function isBareOrigin(text: string): boolean {
  return isPlainAddress(text) && new URL(text).pathname === '/';
}
