import { t } from '../i18n/t.ts';

const MINUTE_MS = 60_000;
const HOUR = 60;
const DAY = 24 * HOUR;

/** How long is left until an instant, or how long it is over: "in 3 h", "2 d ago". Pure. */
export function timeLeft(dueAt: string, now: Date): string {
  const ms = Date.parse(dueAt) - now.getTime();
  const minutes = Math.floor(Math.abs(ms) / MINUTE_MS);
  const size =
    minutes < 90
      ? t('{{number}} min', { number: minutes })
      : minutes < 2 * DAY
        ? t('{{number}} h', { number: Math.floor(minutes / HOUR) })
        : t('{{number}} d', { number: Math.floor(minutes / DAY) });
  return ms >= 0 ? t('in {{size}}', { size }) : t('{{size}} ago', { size });
}

/** How much of a clock's time is over, from 0 to 1. Pure. */
export function shareOver(
  { startedAt, dueAt }: { readonly startedAt: string; readonly dueAt: string },
  now: Date,
): number {
  const whole = Date.parse(dueAt) - Date.parse(startedAt);
  return Math.min(1, Math.max(0, (now.getTime() - Date.parse(startedAt)) / Math.max(1, whole)));
}
