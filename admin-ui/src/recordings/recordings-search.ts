/** What the recordings list is narrowed by, as it stands in the URL: a link that can be shared, and what a view keeps. */
import type { FacetName, RecordingState } from '../../../hub/api/schemas/recording.ts';
import { startOfDay } from '../format/start-of-day.ts';

/** States in the usual order of a recording's life. */
export const RECORDING_STATES = [
  'captured',
  'stored',
  'retained',
  'disposing',
  'disposed',
] as const satisfies readonly RecordingState[];

/** Longest search the hub accepts. */
export const MAX_QUERY_LENGTH = 200;

/** Spans that end now, in days; they move with the time, also in a view that was kept. */
export const SPANS = { today: 0, '7d': 7, '30d': 30, '90d': 90, '365d': 365 } as const;
export type Span = keyof typeof SPANS;

/** Columns that the list can show, in their order; those that are always there are not among them. */
export const COLUMN_IDS = ['parties', 'durationMs', 'state', 'kept', 'department', 'classification'] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];
/** Shown where nobody has chosen. */
export const USUAL_COLUMNS: readonly ColumnId[] = ['parties', 'durationMs', 'state', 'kept'];

/** What the list can be ordered by; the last first, where a dash stands in front. */
export const SORTS = [
  '-startedAt',
  'startedAt',
  '-durationMs',
  'durationMs',
  'keptUntil',
  '-keptUntil',
] as const;
export type Sort = (typeof SORTS)[number];
/** The order where nobody has chosen; it is not written down. */
export const USUAL_SORT: Sort = '-startedAt';

const BOOLEAN = /^(?:true|false)$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const COUNT = /^\d{1,7}$/;
const ANYTHING = /\S/;
const oneOf = (values: readonly string[]) => new RegExp(`^(?:${values.join('|')})$`);

/** Every name that may stand in the URL, and what its value has to look like. */
const FORMS = {
  q: ANYTHING,
  party: ANYTHING,
  state: oneOf(RECORDING_STATES),
  held: BOOLEAN,
  restricted: BOOLEAN,
  partial: BOOLEAN,
  gaps: BOOLEAN,
  direction: oneOf(['inbound', 'outbound', 'internal']),
  recorder: ANYTHING,
  source: oneOf(['siprec']),
  region: ANYTHING,
  department: ANYTHING,
  classification: /^[a-z0-9][a-z0-9-]{0,39}$/,
  retentionClass: ANYTHING,
  tag: ANYTHING,
  matter: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  span: oneOf(Object.keys(SPANS)),
  from: DAY,
  to: DAY,
  keptFrom: DAY,
  keptTo: DAY,
  minSeconds: COUNT,
  maxSeconds: COUNT,
  sort: oneOf(SORTS.filter((sort) => sort !== USUAL_SORT)),
  columns: new RegExp(`^(?:none|(?:${COLUMN_IDS.join('|')})(?:,(?:${COLUMN_IDS.join('|')}))*)$`),
} as const satisfies { readonly [Name in FacetName]: RegExp } & Readonly<Record<string, RegExp>>;
export type SearchName = keyof typeof FORMS;
const NAMES = Object.keys(FORMS) as SearchName[];

/** How the list looks, and not what is in it. */
const LOOKS = new Set<SearchName>(['columns', 'sort']);

/** What is searched and filtered for; a filter that is not set is absent. */
export type RecordingsSearch = { readonly [Name in SearchName]?: string };

/** Reads the filters from the URL; what is not understood is left out, so that an old or edited link still opens. */
export function parseRecordingsSearch(raw: Readonly<Record<string, unknown>>): RecordingsSearch {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = raw[name];
      const text = typeof value === 'string' ? value.slice(0, MAX_QUERY_LENGTH) : '';
      return FORMS[name].test(text) ? [[name, text]] : [];
    }),
  );
}

/** The search with one filter set, or taken away where there is no value. */
export function withFilter(
  search: RecordingsSearch,
  name: SearchName,
  value: string | undefined,
): RecordingsSearch {
  return parseRecordingsSearch({ ...search, [name]: value });
}

/** The names of all filters that narrow the list, in the order of the page. */
export function filtersOf(search: RecordingsSearch): SearchName[] {
  return NAMES.filter((name) => !LOOKS.has(name) && search[name] !== undefined);
}

/** Whether anything narrows the list; an empty list then means "nothing found" instead of "nothing there yet". */
export function isFiltered(search: RecordingsSearch): boolean {
  return filtersOf(search).length > 0;
}

/** The filters in the words of the API: spans and days of the reader become instants. */
export function queryOf(search: RecordingsSearch, now: Date): Record<string, string | undefined> {
  const { span, from, to, keptFrom, keptTo } = search;
  return {
    ...search,
    span: undefined,
    columns: undefined,
    from: from === undefined ? span && startOfSpan(span as Span, now) : startOfDay(from, 0),
    to: to && startOfDay(to, 1),
    keptFrom: keptFrom && startOfDay(keptFrom, 0),
    keptTo: keptTo && startOfDay(keptTo, 1),
  };
}

/** Whole days, so that the same search asks the same all day. */
function startOfSpan(span: Span, now: Date): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - SPANS[span]).toISOString();
}

/** Ids of the columns that are not shown. */
export function hiddenColumns({ columns }: RecordingsSearch): ColumnId[] {
  const shown: readonly string[] = columns === undefined ? USUAL_COLUMNS : columns.split(',');
  return COLUMN_IDS.filter((id) => !shown.includes(id));
}

/** What is looked for, whichever columns show it. */
export function withoutColumns(search: RecordingsSearch): RecordingsSearch {
  return withFilter(search, 'columns', undefined);
}

/** What is looked for, in whichever order. */
export function withoutLooks(search: RecordingsSearch): RecordingsSearch {
  return withFilter(withoutColumns(search), 'sort', undefined);
}

/** The looks alone: what stays where every filter is taken away. */
export function looksOf({ columns, sort }: RecordingsSearch): RecordingsSearch {
  return parseRecordingsSearch({ columns, sort });
}

/** The order of the list. */
export function sortOf({ sort }: RecordingsSearch): Sort {
  return SORTS.find((each) => each === sort) ?? USUAL_SORT;
}

/** The search ordered by this: at first in the direction given, from then on in the other one each time. */
export function sortedBy(search: RecordingsSearch, first: Sort): RecordingsSearch {
  const by = first.replace('-', '');
  const now = sortOf(search);
  const next = now.replace('-', '') !== by ? first : now.startsWith('-') ? by : `-${by}`;
  return withFilter(search, 'sort', next);
}

/** The search with these columns hidden; the usual ones are not written down. */
export function withHiddenColumns(search: RecordingsSearch, hidden: readonly string[]): RecordingsSearch {
  const shown = COLUMN_IDS.filter((id) => !hidden.includes(id));
  const usual = shown.join() === USUAL_COLUMNS.join();
  return withFilter(search, 'columns', usual ? undefined : shown.join() || 'none');
}
