import type { Tone } from '../components/ui/badge.tsx';
import { localTime } from '../format/time.ts';
import { locale, t } from '../i18n/t.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How urgent something is, in words and a colour. */
export interface Urgency {
  readonly text: string;
  readonly tone: Tone;
}

/** "Runs out in 3 days", "Ran out 2 hours ago"; what runs out within a day, and what did, has a colour. */
export function urgencyOf(dueAt: string, now: Date): Urgency {
  const left = Date.parse(dueAt) - now.getTime();
  if (left < 0) return { text: t('Ran out {{when}}', { when: fromNow(left) }), tone: 'bad' };
  return { text: t('Runs out {{when}}', { when: fromNow(left) }), tone: left < DAY_MS ? 'warn' : 'neutral' };
}

/** "Since 21 Nov 2026, 14:03". */
export function sinceWhen(since: string): string {
  return t('Since {{time}}', { time: localTime(since) });
}

/** "in 3 days", "2 hours ago": in the largest unit of which there is one whole; within a minute "now". */
function fromNow(ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE_MS) return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(0, 'second');
  const words = new Intl.RelativeTimeFormat(locale());
  if (size >= DAY_MS) return words.format(Math.trunc(ms / DAY_MS), 'day');
  if (size >= HOUR_MS) return words.format(Math.trunc(ms / HOUR_MS), 'hour');
  return words.format(Math.trunc(ms / MINUTE_MS), 'minute');
}
