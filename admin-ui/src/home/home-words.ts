import type { HomeItem, HomeSource } from '../../../hub/api/schemas/home.ts';
import { matterName } from '../from-hub/matter-name.ts';
import { saidByHub } from '../from-hub/said-by-hub.ts';
import { plural, t } from '../i18n/t.ts';

/** How a source is told: what one thing of it is, and what all of them are called in a list of sources. */
interface SourceWords {
  readonly one: string;
  readonly all: string;
}

/** The words of every source. */
export const SOURCE_WORDS: Readonly<Record<HomeSource, SourceWords>> = {
  approval: { one: t('Needs your decision'), all: t('approvals') },
  request: { one: t('Request to be answered'), all: t('requests') },
  'incident-clock': { one: t('Report of an incident'), all: t('clocks of incidents') },
  incident: { one: t('Incident nobody has acknowledged'), all: t('incidents') },
  release: { one: t('Release of holds'), all: t('releases of holds') },
  'matter-review': { one: t('Matter to be reviewed'), all: t('reviews of matters') },
  custodian: { one: t('Custodians who have not answered'), all: t('notices to custodians') },
  disposal: { one: t('Disposal run that waits'), all: t('disposal runs') },
  grant: { one: t('Grant that ends'), all: t('grants') },
  recorder: { one: t('Recorder is silent'), all: t('recorders') },
  stream: { one: t('Something is wrong with a stream'), all: t('streams of calls') },
  'missing-call': { one: t('Call that was not recorded'), all: t('missing calls') },
  connection: { one: t('Connection fails'), all: t('connections') },
  rebuild: { one: t('Index to be rebuilt'), all: t('indexes') },
  'dead-letter': { one: t('Dead letters'), all: t('dead letters') },
  webhook: { one: t('Webhook fails'), all: t('webhooks') },
  finding: { one: t('Finding of an audit'), all: t('findings of audits') },
  'ledger-alarm': { one: t('Alarm of the ledger'), all: t('alarms of the ledger') },
  'store-alert': { one: t('Alert of the object store'), all: t('alerts of the object store') },
};

const REQUEST_KINDS: Readonly<Record<string, string>> = {
  access: t('Access to a copy'),
  erasure: t('Erasure'),
  rectification: t('Rectification'),
  restriction: t('Restriction'),
  portability: t('Portability'),
  objection: t('Objection'),
  'opt-out': t('Opt-out'),
};

/** What one thing is, after the word of its source: its name, its kind, how many. */
export function nameOf(source: HomeSource, { name, detail, count, id }: HomeItem): string {
  if (source === 'request') return `${REQUEST_KINDS[detail ?? ''] ?? ''} · ${(id ?? '').slice(-8)}`;
  if (source === 'disposal')
    return plural(count ?? 0, { one: '{{count}} recording is due', other: '{{count}} recordings are due' });
  if (source === 'dead-letter') return `${name ?? ''} · ${boundedCount(count ?? 0)}`;
  if (source === 'custodian')
    return `${matterName(name ?? '')} · ${plural(count ?? 0, { one: '{{count}} notice', other: '{{count}} notices' })}`;
  if (source === 'release')
    return `${matterName(name ?? '')} · ${detail === 'grace' ? t('agreed to, takes effect at its time') : t('waits for a second person')}`;
  if (source === 'webhook' && detail === 'disabled') return `${name ?? ''} · ${t('switched off')}`;
  return saidByHub(name ?? '');
}

const MOST_COUNTED = 50;

/** A count that the hub stops counting at 50 is told as "50+". */
export function boundedCount(count: number, more = count > MOST_COUNTED): string {
  return more ? `${String(MOST_COUNTED)}+` : String(count);
}
