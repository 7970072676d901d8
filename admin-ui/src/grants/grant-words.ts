import type { Grant } from '../../../hub/api/schemas/grant.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { locale, plural, t } from '../i18n/t.ts';

const ACTS: Readonly<Record<Grant['acts'][number], string>> = {
  'recording.list': t('find'),
  'recording.read': t('read'),
  'recording.play': t('play'),
  'recording.export': t('export'),
};

/** What a grant allows, such as "Play and read 2 recordings". */
export function grantInWords({ acts, scope }: Pick<Grant, 'acts' | 'scope'>): string {
  const verbs = new Intl.ListFormat(locale()).format(acts.map((act) => ACTS[act]));
  const words = t('{{verbs}} {{recordings}}', { verbs, recordings: scopeInWords(scope) });
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function scopeInWords(scope: Grant['scope']): string {
  switch (scope.kind) {
    case 'recordings':
      return plural(scope.ids.length, { one: 'one recording', other: '{{count}} recordings' });
    case 'query':
      return t('what a query reaches');
    case 'matter':
      return t('the recordings of a matter');
    case 'export':
      return t('the recordings of an export');
    case 'all':
      return t('every recording');
  }
}

/** To whom it is. */
export function receiverInWords({ to }: Pick<Grant, 'to'>): string {
  return 'group' in to ? t('Group {{group}}', { group: to.group }) : to.person.name;
}

/** How it stands, in a word with its colour. */
export function phaseInWords({ phase, state }: Pick<Grant, 'phase' | 'state'>): {
  readonly label: string;
  readonly tone: Tone;
} {
  if (phase === 'waiting') return { label: t('Waits for an answer'), tone: 'warn' };
  if (phase === 'to-come') return { label: t('To come'), tone: 'neutral' };
  if (phase === 'live') return { label: t('In force'), tone: 'good' };
  const ends = {
    refused: t('Refused'),
    withdrawn: t('Withdrawn'),
    lapsed: t('Not answered in time'),
    revoked: t('Revoked'),
  };
  return {
    label: state === 'requested' || state === 'granted' || state === 'ended' ? t('Over') : ends[state],
    tone: 'neutral',
  };
}

/** How an emergency was reviewed, in a word with its colour; undefined for what is none. */
export function reviewInWords({
  review,
}: Pick<Grant, 'review'>): { readonly label: string; readonly tone: Tone } | undefined {
  if (review === null) return undefined;
  if (review === 'approved') return { label: t('Reviewed: right'), tone: 'good' };
  if (review === 'refused') return { label: t('Reviewed: not right'), tone: 'bad' };
  return { label: t('Waits for its review'), tone: 'warn' };
}

const MINUTE_MS = 60_000;

/** The time that is left, rounded down: "3 days", "5 hours", "12 minutes", "less than a minute"; "over" afterwards. */
export function timeLeft(untilAt: string, now: Date): string {
  const minutes = Math.floor((Date.parse(untilAt) - now.getTime()) / MINUTE_MS);
  if (Date.parse(untilAt) <= now.getTime()) return t('over');
  if (minutes < 1) return t('less than a minute');
  if (minutes < 120) return plural(minutes, { one: '{{count}} minute', other: '{{count}} minutes' });
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? plural(hours, { one: '{{count}} hour', other: '{{count}} hours' })
    : plural(Math.floor(hours / 24), { one: '{{count}} day', other: '{{count}} days' });
}

/** Those of the reader's grants that end soon, the first end first. */
export function endingFirst(grants: readonly Grant[]): Grant[] {
  return grants
    .filter(({ endsSoon }) => endsSoon)
    .toSorted((one, other) => Date.parse(one.untilAt) - Date.parse(other.untilAt));
}
