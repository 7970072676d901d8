import type { Home, HomeItem, HomeSource } from '../../../hub/api/schemas/home.ts';
import { t } from '../i18n/t.ts';

/** What the home screen shows together, in its order. */
export const SECTIONS = [
  { name: 'decisions', title: t('Waiting for your decision'), sources: ['approval'] },
  {
    name: 'clocks',
    title: t('Clocks that run out'),
    sources: [
      'request',
      'incident-clock',
      'incident',
      'release',
      'matter-review',
      'custodian',
      'disposal',
      'grant',
    ],
  },
  { name: 'gaps', title: t('Gaps in recording'), sources: ['recorder', 'stream', 'missing-call'] },
  {
    name: 'connections',
    title: t('Connections that fail or lag'),
    sources: ['connection', 'dead-letter', 'webhook', 'rebuild'],
  },
  {
    name: 'findings',
    title: t('Findings and alarms'),
    sources: ['finding', 'ledger-alarm', 'store-alert'],
  },
] as const satisfies readonly {
  readonly name: string;
  readonly title: string;
  readonly sources: readonly HomeSource[];
}[];

/** A thing with where it comes from. */
export interface SourcedItem {
  readonly source: HomeSource;
  readonly item: HomeItem;
}

/**
 * The things of some sources, and whether there are more: what has run out, then what is so now, then what runs out first; of what
 * is so now, the oldest first.
 */
export function itemsOf(
  { parts, checkedAt }: Pick<Home, 'parts' | 'checkedAt'>,
  sources: readonly HomeSource[],
): { readonly items: readonly SourcedItem[]; readonly more: boolean } {
  const own = parts.filter(({ source }) => sources.includes(source));
  const items = own.flatMap(({ source, items: found }) => found.map((item) => ({ source, item })));
  const at = ({ item }: SourcedItem) => Date.parse(item.dueAt ?? checkedAt);
  const since = ({ item }: SourcedItem) => Date.parse(item.since ?? checkedAt);
  items.sort((one, other) => at(one) - at(other) || since(one) - since(other));
  return { items, more: own.some(({ more }) => more) };
}

/** The address of a thing: its own page, or the list that has it. */
export function placeOf({ source, item: { id } }: SourcedItem): string {
  const place = PLACES[source];
  return id === null || !place.own ? place.to : `${place.to}/${encodeURIComponent(id)}`;
}

const PLACES: Readonly<Record<HomeSource, { readonly to: string; readonly own: boolean }>> = {
  approval: { to: '/approvals', own: true },
  request: { to: '/requests', own: true },
  'incident-clock': { to: '/incidents', own: true },
  incident: { to: '/incidents', own: true },
  release: { to: '/matters', own: true },
  'matter-review': { to: '/matters', own: true },
  custodian: { to: '/matters', own: true },
  disposal: { to: '/disposals', own: false },
  grant: { to: '/grants', own: true },
  recorder: { to: '/recorders', own: false },
  stream: { to: '/recordings', own: true },
  'missing-call': { to: '/reports', own: false },
  connection: { to: '/connections', own: true },
  rebuild: { to: '/connections', own: true },
  'dead-letter': { to: '/deliveries', own: false },
  webhook: { to: '/webhooks', own: true },
  finding: { to: '/reports', own: false },
  'ledger-alarm': { to: '/ledger', own: false },
  'store-alert': { to: '/storage', own: false },
};
