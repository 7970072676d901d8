/** How often a custodian is reminded, as typed. */
export interface NoticeRhythm {
  readonly days: string;
  readonly most: string;
}

/** What the hub takes where nothing is said. */
export const USUAL_RHYTHM: NoticeRhythm = { days: '7', most: '3' };

/** The rhythm as the hub takes it; undefined where it takes none such. */
export function rhythmOf({
  days,
  most,
}: NoticeRhythm): { readonly remindDays: number; readonly mostReminders: number } | undefined {
  const [remindDays, mostReminders] = [wholeNumber(days, 1, 365), wholeNumber(most, 0, 52)];
  if (remindDays === undefined || mostReminders === undefined) return undefined;
  return { remindDays, mostReminders };
}

/** The number where it is a whole one between the two. */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,3}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
