import type { Connection, ConnectionHealth } from '../api/connections.ts';
import type { Tone } from '../components/ui/badge.tsx';

/** What each state means. */
export const CONNECTION_STATES: Readonly<
  Record<Connection['state'], { readonly label: string; readonly tone: Tone; readonly meaning: string }>
> = {
  draft: { label: 'Draft', tone: 'neutral', meaning: 'It is sent nothing until it goes live.' },
  live: { label: 'Live', tone: 'good', meaning: 'It is told of every change.' },
  paused: { label: 'Paused', tone: 'warn', meaning: 'What happens waits until it is resumed.' },
  removed: { label: 'Removed', tone: 'neutral', meaning: 'Only what it still has is withdrawn.' },
};

/** What each state of a token means; none where no token is needed. */
export const TOKEN_STATES: Readonly<
  Record<NonNullable<ConnectionHealth['token']>['state'], { readonly label: string; readonly tone: Tone }>
> = {
  none: { label: 'No token yet', tone: 'neutral' },
  good: { label: 'Token is good', tone: 'good' },
  refused: { label: 'Token refused', tone: 'bad' },
  'needs-consent': { label: 'Needs consent', tone: 'bad' },
};

/** How long something has waited, in the largest unit that is not nothing: "3 min". */
export function waitedFor(since: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 1000));
  if (seconds < 60) return `${String(seconds)} s`;
  if (seconds < 3600) return `${String(Math.round(seconds / 60))} min`;
  if (seconds < 172_800) return `${String(Math.round(seconds / 3600))} h`;
  return `${String(Math.round(seconds / 86_400))} days`;
}

/** A share as people read it: "4 %"; a little is never said to be nothing. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return '< 1 %';
  return `${String(Math.round(share * 100))} %`;
}
