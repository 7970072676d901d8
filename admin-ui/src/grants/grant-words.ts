import type { Grant } from '../../../hub/api/schemas/grant.ts';
import type { Tone } from '../components/ui/badge.tsx';

const ACTS: Readonly<Record<Grant['acts'][number], string>> = {
  'recording.list': 'find',
  'recording.read': 'read',
  'recording.play': 'play',
  'recording.export': 'export',
};

/** What a grant allows, such as "Play and read 2 recordings". */
export function grantInWords({ acts, scope }: Pick<Grant, 'acts' | 'scope'>): string {
  const verbs = acts.map((act) => ACTS[act]);
  const last = verbs.at(-1) ?? '';
  const list = verbs.length > 1 ? `${verbs.slice(0, -1).join(', ')} and ${last}` : last;
  return `${list.charAt(0).toUpperCase()}${list.slice(1)} ${scopeInWords(scope)}`;
}

function scopeInWords(scope: Grant['scope']): string {
  switch (scope.kind) {
    case 'recordings':
      return scope.ids.length === 1 ? 'one recording' : `${scope.ids.length} recordings`;
    case 'query':
      return 'what a query reaches';
    case 'matter':
      return 'the recordings of a matter';
    case 'export':
      return 'the recordings of an export';
    case 'all':
      return 'every recording';
  }
}

/** To whom it is. */
export function receiverInWords({ to }: Pick<Grant, 'to'>): string {
  return 'group' in to ? `Group ${to.group}` : to.person.name;
}

/** How it stands, in a word with its colour. */
export function phaseInWords({ phase, state }: Pick<Grant, 'phase' | 'state'>): {
  readonly label: string;
  readonly tone: Tone;
} {
  if (phase === 'waiting') return { label: 'Waits for an answer', tone: 'warn' };
  if (phase === 'to-come') return { label: 'To come', tone: 'neutral' };
  if (phase === 'live') return { label: 'In force', tone: 'good' };
  const ends = {
    refused: 'Refused',
    withdrawn: 'Withdrawn',
    lapsed: 'Not answered in time',
    revoked: 'Revoked',
  };
  return {
    label: state === 'requested' || state === 'granted' || state === 'ended' ? 'Over' : ends[state],
    tone: 'neutral',
  };
}

/** How an emergency was reviewed, in a word with its colour; undefined for what is none. */
export function reviewInWords({
  review,
}: Pick<Grant, 'review'>): { readonly label: string; readonly tone: Tone } | undefined {
  if (review === null) return undefined;
  if (review === 'approved') return { label: 'Reviewed: right', tone: 'good' };
  if (review === 'refused') return { label: 'Reviewed: not right', tone: 'bad' };
  return { label: 'Waits for its review', tone: 'warn' };
}

const MINUTE_MS = 60_000;

/** The time that is left, rounded down: "3 days", "5 hours", "12 minutes", "less than a minute"; "over" afterwards. */
export function timeLeft(untilAt: string, now: Date): string {
  const minutes = Math.floor((Date.parse(untilAt) - now.getTime()) / MINUTE_MS);
  if (Date.parse(untilAt) <= now.getTime()) return 'over';
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}
