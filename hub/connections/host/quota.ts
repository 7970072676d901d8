import type { QuotaHeader } from '../../../connectors/kit/manifest.ts';
import type { Quota } from './budget-store.ts';

/** Where the remote system does not say when all is allowed again. */
const UNTOLD_MS = 15 * 60_000;
const LONGEST_MS = 24 * 3_600_000;

/** What an answer's headers tell of the remote system's own allowance, and how long nothing more may be sent. Pure. */
export function quotaOf(
  told: QuotaHeader | undefined,
  headers: Readonly<Record<string, string>>,
  now: number,
): { readonly quota: Quota; readonly pauseMs: number } | undefined {
  if (told === undefined) return undefined;
  const quota = read(told, headers[told.header] ?? '');
  if (quota === undefined) return undefined;
  return { quota, pauseMs: quota.remaining > (told.keep ?? 0) ? 0 : resetMs(told, headers, now) };
}

function read({ holds }: QuotaHeader, text: string): Quota | undefined {
  if (holds === 'remaining') {
    return /^\s*\d{1,15}\s*$/.test(text) ? { limit: null, remaining: Number(text) } : undefined;
  }
  const [, used, limit] = /(\d{1,15})\s*\/\s*(\d{1,15})/.exec(text) ?? [];
  if (used === undefined || limit === undefined) return undefined;
  return { limit: Number(limit), remaining: Math.max(0, Number(limit) - Number(used)) };
}

function resetMs({ reset }: QuotaHeader, headers: Readonly<Record<string, string>>, now: number): number {
  const text = reset === undefined ? undefined : headers[reset.header];
  if (reset === undefined || text === undefined || !/^\s*\d{1,12}\s*$/.test(text)) return UNTOLD_MS;
  const ms = reset.as === 'seconds' ? Number(text) * 1000 : Number(text) * 1000 - now;
  return Math.min(Math.max(ms, 0), LONGEST_MS);
}
