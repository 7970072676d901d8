import type { AccessEffectView, AccessPolicyVersionView } from '../../../hub/api/schemas/access-policy.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { plural, t } from '../i18n/t.ts';

const STATES: Readonly<
  Record<AccessPolicyVersionView['state'], { readonly label: string; readonly tone: Tone }>
> = {
  draft: { label: t('Draft'), tone: 'neutral' },
  asked: { label: t('Waits for a second person'), tone: 'warn' },
  published: { label: t('Published'), tone: 'good' },
  superseded: { label: t('Superseded'), tone: 'neutral' },
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
  if (about === 'tenant') return t('lists and settings');
  return about === 'own'
    ? t('recordings they took part in')
    : plural(recordings ?? 0, { one: '{{count}} recording', other: '{{count}} recordings' });
}

/** Who gains or loses: five names, and how many more. */
export function peopleInWords({ people, peopleCount }: Pick<Change, 'people' | 'peopleCount'>): string {
  const names = people.slice(0, 5).map(({ name }) => name);
  const others = peopleCount - names.length;
  return others > 0
    ? t('{{names}} and {{others}} more', { names: names.join(', '), others })
    : names.join(', ');
}

/** What a comparison left out, in sentences; none where it is complete. */
export function gapsInWords({ left, people, recordings }: AccessEffectView): string[] {
  return [
    ...(left > 0
      ? [
          plural(left, {
            one: '{{count}} further question was not asked.',
            other: '{{count}} further questions were not asked.',
          }),
        ]
      : []),
    ...(people.compared < people.all
      ? [
          plural(people.all - people.compared, {
            one: '{{count}} person left out.',
            other: '{{count}} people left out.',
          }),
        ]
      : []),
    ...(recordings.complete ? [] : [t('Older recordings, or rarer classes of them, were left out.')]),
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
