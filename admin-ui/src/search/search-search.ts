/** What is searched for, as it stands in the address. */
export interface SearchSearch {
  readonly q?: string;
  /** Id of the engine that is to be asked; left out, the hub chooses. */
  readonly in?: string;
}

/** Longest search the hub accepts. */
export const MAX_WORDS_LENGTH = 200;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the search from the address; what is not understood is left out. */
export function parseSearch(raw: Readonly<Record<string, unknown>>): SearchSearch {
  const q = typeof raw['q'] === 'string' ? raw['q'].trim().slice(0, MAX_WORDS_LENGTH) : '';
  const engine = typeof raw['in'] === 'string' && ID.test(raw['in']) ? raw['in'].toLowerCase() : undefined;
  return { ...(q === '' ? {} : { q }), ...(engine === undefined ? {} : { in: engine }) };
}
