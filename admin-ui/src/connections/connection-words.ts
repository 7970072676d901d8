import type { Connection, ConnectionHealth } from '../api/connections.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { plural, t } from '../i18n/t.ts';

/** What each state means. */
export const CONNECTION_STATES: Readonly<
  Record<Connection['state'], { readonly label: string; readonly tone: Tone; readonly meaning: string }>
> = {
  draft: { label: t('Draft'), tone: 'neutral', meaning: t('It is sent nothing until it goes live.') },
  live: { label: t('Live'), tone: 'good', meaning: t('It is told of every change.') },
  paused: { label: t('Paused'), tone: 'warn', meaning: t('What happens waits until it is resumed.') },
  removed: { label: t('Removed'), tone: 'neutral', meaning: t('Only what it still has is withdrawn.') },
};

/** What each state of a token means; none where no token is needed. */
export const TOKEN_STATES: Readonly<
  Record<NonNullable<ConnectionHealth['token']>['state'], { readonly label: string; readonly tone: Tone }>
> = {
  none: { label: t('No token yet'), tone: 'neutral' },
  good: { label: t('Token is good'), tone: 'good' },
  refused: { label: t('Token refused'), tone: 'bad' },
  'needs-consent': { label: t('Needs consent'), tone: 'bad' },
};

/** Why an index is to be rebuilt. */
export const REBUILD_DUE = t(
  'The mapping or the own fields were changed. What was sent before lacks them until the index is rebuilt.',
);

/** How long something has waited, in the largest unit that is not nothing: "3 min". */
export function waitedFor(since: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 1000));
  if (seconds < 60) return `${String(seconds)} s`;
  if (seconds < 3600) return `${String(Math.round(seconds / 60))} min`;
  if (seconds < 172_800) return t('{{hours}} h', { hours: Math.round(seconds / 3600) });
  return plural(Math.round(seconds / 86_400), { one: '{{count}} day', other: '{{count}} days' });
}

/** A share as people read it: "4 %"; a little is never said to be nothing. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return '< 1 %';
  return `${String(Math.round(share * 100))} %`;
}
