import type { Tone } from '../components/ui/badge.tsx';
import { localTime } from '../format/time.ts';
import { locale, t } from '../i18n/t.ts';

const HOUR_MS = 3_600_000;
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

/** "in 3 days", "2 hours ago": in the largest unit of which there is one whole. */
function fromNow(ms: number): string {
  const words = new Intl.RelativeTimeFormat(locale());
  const size = Math.abs(ms);
  if (size >= DAY_MS) return words.format(Math.trunc(ms / DAY_MS), 'day');
  if (size >= HOUR_MS) return words.format(Math.trunc(ms / HOUR_MS), 'hour');
  return words.format(Math.trunc(ms / 60_000), 'minute');
}
