/**
 * The instant at which a day of the reader's own, such as `2026-11-26`, begins, or one that is so many days later; undefined where
 * it is no day.
 */
export function startOfDay(day: string, later: number): string | undefined {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const start = new Date(year, month - 1, date + later);
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString();
}
