import type { HoldQueryShape } from '../../../hub/api/schemas/hold.ts';

const NAMES = {
  addresses: 'address',
  names: 'name',
  classes: 'class',
  regions: 'region',
  callIds: 'call id',
  sources: 'source',
} as const;

/** What a query reaches, one sentence a dimension that is stated. */
export function queryInWords(query: HoldQueryShape): string[] {
  const lists = Object.entries(NAMES).flatMap(([key, name]) => {
    const list = query[key as keyof typeof NAMES];
    return list === null ? [] : [`${name} ${list.join(' or ')}`];
  });
  return [
    ...(query.from === null ? [] : [`not over before ${query.from.slice(0, 16).replace('T', ' ')} UTC`]),
    ...(query.to === null ? [] : [`begun before ${query.to.slice(0, 16).replace('T', ' ')} UTC`]),
    ...lists,
    ...(query.words === null ? [] : [`words ${query.words.join(' and ')}`]),
  ];
}

/** What somebody typed, one entry a line. */
export interface QueryForm {
  readonly names: string;
  readonly addresses: string;
  readonly words: string;
  readonly from: string;
  readonly to: string;
}

export const EMPTY_QUERY: QueryForm = { names: '', addresses: '', words: '', from: '', to: '' };

/** The query of the form; undefined while nothing is stated. Days are UTC, the last one included. */
export function queryOf(form: QueryForm): Partial<HoldQueryShape> | undefined {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  const query: Partial<HoldQueryShape> = {
    ...(lines(form.names).length > 0 ? { names: lines(form.names) } : {}),
    ...(lines(form.addresses).length > 0 ? { addresses: lines(form.addresses) } : {}),
    ...(lines(form.words).length > 0 ? { words: lines(form.words) } : {}),
    ...(isDay(form.from) ? { from: `${form.from}T00:00:00.000Z` } : {}),
    ...(isDay(form.to) ? { to: new Date(Date.parse(form.to) + 86_400_000).toISOString() } : {}),
  };
  return Object.keys(query).length === 0 ? undefined : query;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
