/** Matters in the words of the console, and what is to be done about one. */
import type {
  CustodianNotice,
  MatterDetail,
  MatterSummary,
  Release,
} from '../../../hub/api/schemas/matter.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';

/** Where a release stands, in words. */
export const RELEASE_STATES: Readonly<Record<Release['state'], string>> = {
  asked: t('Waits for a second person'),
  refused: t('Refused'),
  expired: t('Nobody answered in time'),
  withdrawn: t('Withdrawn'),
  grace: t('In its grace'),
  'taken-back': t('Taken back'),
  done: t('Done'),
};

/** Where a matter stands, in words and colour. */
export function matterState({ state, activeHolds }: Pick<MatterSummary, 'state' | 'activeHolds'>): {
  readonly label: string;
  readonly tone: Tone;
} {
  if (state === 'closed') return { label: t('Closed'), tone: 'neutral' };
  if (state === 'releasing') return { label: t('Releasing'), tone: 'accent' };
  return { label: activeHolds === 0 ? t('Open, nothing held') : t('Open'), tone: 'warn' };
}

/** What is to be done about a matter, or what it waits for. */
export type MatterStep =
  | { readonly kind: 'closed' }
  | { readonly kind: 'decide'; readonly release: Release }
  | { readonly kind: 'grace'; readonly release: Release }
  | { readonly kind: 'place' }
  | { readonly kind: 'review' }
  | { readonly kind: 'answers'; readonly waiting: number }
  | { readonly kind: 'keeps' };

type Stepped = Pick<MatterDetail, 'state' | 'activeHolds' | 'reviewAt' | 'releases' | 'notices'>;

/** The next step of a matter: an end that runs comes first, then what is missing, then what is due. Pure. */
export function matterStep(matter: Stepped, now: Date): MatterStep {
  if (matter.state === 'closed') return { kind: 'closed' };
  for (const kind of ['asked', 'grace'] as const) {
    const release = matter.releases.find(({ state, whole }) => state === kind && (whole || kind === 'asked'));
    if (release !== undefined) return { kind: kind === 'asked' ? 'decide' : 'grace', release };
  }
  if (matter.activeHolds === 0) return { kind: 'place' };
  if (matter.reviewAt !== null && Date.parse(matter.reviewAt) <= now.getTime()) return { kind: 'review' };
  const waiting = matter.notices.filter(isAwaited).length;
  return waiting > 0 ? { kind: 'answers', waiting } : { kind: 'keeps' };
}

/** Whether a custodian was told and has not answered. */
export function isAwaited({
  acknowledgedAt,
  endedAt,
}: Pick<CustodianNotice, 'acknowledgedAt' | 'endedAt'>): boolean {
  return acknowledgedAt === null && endedAt === null;
}

const DAY_MS = 86_400_000;

/** When a custodian who does not answer is reminded next, or their superior told; undefined where neither is to come. Pure. */
export function nextReminder(
  notice: Pick<
    CustodianNotice,
    'sentAt' | 'reminders' | 'remindDays' | 'mostReminders' | 'escalatedAt' | 'acknowledgedAt' | 'endedAt'
  >,
): { readonly at: string; readonly toSuperior: boolean } | undefined {
  if (!isAwaited(notice) || notice.escalatedAt !== null) return undefined;
  const { sentAt, reminders, remindDays, mostReminders } = notice;
  const at = new Date(Date.parse(sentAt) + (reminders + 1) * remindDays * DAY_MS).toISOString();
  return { at, toSuperior: reminders >= mostReminders };
}

/** Tags as they were typed: separated by commas or lines, each once. Pure. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(/[\n,]/).map((tag) => tag.trim()))].filter(Boolean);
}
