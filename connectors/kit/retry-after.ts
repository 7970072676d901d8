const DAY_MS = 86_400_000;

/**
 * Reads a Retry-After field (RFC 9110, section 10.2.3: seconds or an HTTP date) as milliseconds from
 * `nowMs`; undefined when absent or unreadable, never negative, at most one day.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1000, DAY_MS);
  // Date.parse is generous (it reads "5.5" as a date), so an HTTP date must begin with a day's name.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - nowMs, 0), DAY_MS);
}
