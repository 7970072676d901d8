import type { FacetName, RecordingFacets } from '../../../hub/api/schemas/recording.ts';
import { localDate, spokenLength } from '../format/time.ts';
import { codeInWords } from '../format/words.ts';
import { number, t } from '../i18n/t.ts';
import { startOfDay } from '../format/start-of-day.ts';
import type { RecordingsSearch, SearchName, Span } from './recordings-search.ts';

/** What a property that is counted is called. */
export const FACET_TITLES: Readonly<Record<FacetName, string>> = {
  state: t('State'),
  held: t('Legal hold'),
  restricted: t('Use'),
  partial: t('Capture'),
  gaps: t('Packets'),
  direction: t('Direction'),
  recorder: t('Recorder'),
  source: t('Source'),
  region: t('Region'),
  department: t('Department'),
  classification: t('Classification'),
  retentionClass: t('Retention class'),
};

/** In the order of the page. */
export const FACETS = Object.keys(FACET_TITLES) as FacetName[];

const VALUES: { readonly [Name in FacetName]?: Readonly<Record<string, string>> } = {
  state: {
    captured: t('Captured'),
    stored: t('Stored'),
    retained: t('Retained'),
    disposing: t('Disposing'),
    disposed: t('Disposed'),
  },
  held: { true: t('Held'), false: t('Not held') },
  restricted: { true: t('Restricted'), false: t('Not restricted') },
  partial: { true: t('Partial'), false: t('Complete') },
  gaps: { true: t('Some were lost'), false: t('None was lost') },
  direction: { inbound: t('Inbound'), outbound: t('Outbound'), internal: t('Internal') },
};

/** A value as people read it; names that the tenant gave stay as they are. */
export function valueInWords(name: FacetName, value: string): string {
  return VALUES[name]?.[value] ?? (name === 'retentionClass' ? codeInWords(value) : value);
}

/** Values that are offered also where none was counted. */
export function knownValues(name: FacetName): string[] {
  return Object.keys(VALUES[name] ?? {});
}

const MOST_TOLD = 1_000;

/** A count as it can be said: what was counted among the newest only is the least, "1,000+". */
export function countInWords(count: number, complete: boolean): string {
  if (complete) return number(count);
  return `${number(Math.min(count, MOST_TOLD))}+`;
}

/** How many a search finds: "1 recording", "more than 10,000". */
export function totalInWords({ total, complete }: Pick<RecordingFacets, 'total' | 'complete'>): string {
  if (!complete) return t('More than {{count}} found', { count: number(total) });
  return total === 1 ? t('1 found') : t('{{count}} found', { count: number(total) });
}

/** Spans that end now. */
export const SPAN_WORDS: Readonly<Record<Span, string>> = {
  today: t('Today'),
  '7d': t('Last 7 days'),
  '30d': t('Last 30 days'),
  '90d': t('Last 90 days'),
  '365d': t('Last 365 days'),
};

/** One filter as a person reads it beside the list, "State: Retained". */
export function filterInWords(search: RecordingsSearch, name: SearchName): string {
  const value = search[name] ?? '';
  const day = () => localDate(startOfDay(value, 0) ?? value);
  switch (name) {
    case 'q':
      return t('Words: {{value}}', { value });
    case 'party':
      return t('Party: {{value}}', { value });
    case 'tag':
      return t('Tag or case: {{value}}', { value });
    case 'matter':
      return t('Under one matter');
    case 'span':
      return SPAN_WORDS[value as Span];
    case 'from':
      return t('From {{day}}', { day: day() });
    case 'to':
      return t('To {{day}}', { day: day() });
    case 'keptFrom':
      return t('Kept until {{day}} or later', { day: day() });
    case 'keptTo':
      return t('Kept until {{day}} at most', { day: day() });
    case 'minSeconds':
      return t('At least {{length}}', { length: spokenLength(Number(value) * 1000) });
    case 'maxSeconds':
      return t('At most {{length}}', { length: spokenLength(Number(value) * 1000) });
    case 'columns':
    case 'sort':
      return '';
    default:
      return `${FACET_TITLES[name]}: ${valueInWords(name, value)}`;
  }
}
