import type { HoldQueryShape } from '../../../hub/api/schemas/hold.ts';
import { t } from '../i18n/t.ts';

/** One sentence a dimension, from the entries of it. */
const DIMENSIONS = {
  addresses: (list: string) => t('address {{list}}', { list }),
  names: (list: string) => t('name {{list}}', { list }),
  classes: (list: string) => t('class {{list}}', { list }),
  regions: (list: string) => t('region {{list}}', { list }),
  callIds: (list: string) => t('call id {{list}}', { list }),
  sources: (list: string) => t('source {{list}}', { list }),
} as const;
type Dimension = keyof typeof DIMENSIONS;

/** What a query reaches, one sentence a dimension that is stated. */
export function queryInWords(query: HoldQueryShape): string[] {
  const lists = (Object.keys(DIMENSIONS) as Dimension[]).flatMap((key) => {
    const list = query[key];
    return list === null ? [] : [DIMENSIONS[key](list.join(t(' or ')))];
  });
  const minute = (instant: string) => instant.slice(0, 16).replace('T', ' ');
  return [
    ...(query.from === null ? [] : [t('not over before {{instant}} UTC', { instant: minute(query.from) })]),
    ...(query.to === null ? [] : [t('begun before {{instant}} UTC', { instant: minute(query.to) })]),
    ...lists,
    ...(query.words === null ? [] : [t('words {{list}}', { list: query.words.join(t(' and ')) })]),
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

/** The beginning of a day, UTC, as it was typed; undefined for what is no day. Pure. */
export function dayOf(text: string): string | undefined {
  return isDay(text.trim()) ? `${text.trim()}T00:00:00.000Z` : undefined;
}

/** Whether something was typed that is no day, so that it would not count. Pure. */
export function isWrongDay(text: string): boolean {
  return text.trim() !== '' && !isDay(text.trim());
}

/** Whether one of the days of a form is none. */
export function hasWrongDay({ from, to }: QueryForm): boolean {
  return isWrongDay(from) || isWrongDay(to);
}

function isDay(text: string): boolean {
  // The 30th of February is none: it would be read as the 2nd of March.
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text)
  );
}
