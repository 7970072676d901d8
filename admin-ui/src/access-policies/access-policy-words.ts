import type { AccessEffectView, AccessPolicyVersionView } from '../../../hub/api/schemas/access-policy.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { counted } from '../format/words.ts';

const STATES: Readonly<
  Record<AccessPolicyVersionView['state'], { readonly label: string; readonly tone: Tone }>
> = {
  draft: { label: 'Draft', tone: 'neutral' },
  asked: { label: 'Waits for a second person', tone: 'warn' },
  published: { label: 'Published', tone: 'good' },
  superseded: { label: 'Superseded', tone: 'neutral' },
};

/** A state in words with its colour. */
export function stateInWords(state: AccessPolicyVersionView['state']): {
  readonly label: string;
  readonly tone: Tone;
} {
  return STATES[state];
}

type Change = AccessEffectView['changes'][number];

/** On what somebody gains or loses an act. */
export function aboutInWords({ about, recordings }: Pick<Change, 'about' | 'recordings'>): string {
  if (about === 'tenant') return 'lists and settings';
  return about === 'own'
    ? 'recordings they took part in'
    : counted(recordings ?? 0, 'recording', 'recordings');
}

/** Who gains or loses: five names, and how many more. */
export function peopleInWords({ people, peopleCount }: Pick<Change, 'people' | 'peopleCount'>): string {
  const names = people.slice(0, 5).map(({ name }) => name);
  const others = peopleCount - names.length;
  return others > 0 ? `${names.join(', ')} and ${String(others)} more` : names.join(', ');
}

/** What a comparison left out, in sentences; none where it is complete. */
export function gapsInWords({ left, people, recordings }: AccessEffectView): string[] {
  return [
    ...(left > 0 ? [`${String(left)} further questions were not asked.`] : []),
    ...(people.compared < people.all
      ? [`${counted(people.all - people.compared, 'person', 'people')} left out.`]
      : []),
    ...(recordings.complete ? [] : ['Older recordings, or rarer classes of them, were left out.']),
  ];
}

/** Reads examples as they were typed. Undefined where they are no list. */
export function parseExamples(typed: string): readonly unknown[] | undefined {
  if (typed.trim() === '') return [];
  try {
    const value: unknown = JSON.parse(typed);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
