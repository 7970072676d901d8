import type { ConfigurationPlanView } from '../../../api/configuration.ts';
import type { Tone } from '../../../components/ui/badge.tsx';
import { t } from '../../../i18n/t.ts';

type Planned = NonNullable<ConfigurationPlanView['plan']>['objects'][number];

/** What is to become of an object, in a word. */
export const ACTION_WORDS: Readonly<
  Record<Planned['action'], { readonly tone: Tone; readonly word: string }>
> = {
  add: { tone: 'good', word: t('Added') },
  change: { tone: 'info', word: t('Changed') },
  adopt: { tone: 'neutral', word: t('As it is; the file speaks for it from now on') },
  unchanged: { tone: 'neutral', word: t('Unchanged') },
  remove: { tone: 'bad', word: t('Removed') },
  leave: { tone: 'warn', word: t('No longer in the file, and left as it is') },
};

const STATES: Readonly<Record<string, string>> = {
  draft: t('a draft: it sends nothing until it goes live'),
  live: t('live'),
  paused: t('paused'),
  enabled: t('enabled'),
  disabled: t('disabled'),
};

/** Where an object stands; one that is to be added begins as its kind does. */
export function stateInWords({ state, kind }: Pick<Planned, 'state' | 'kind'>): string {
  if (state !== undefined) return STATES[state] ?? state;
  return kind === 'connection' ? t('a draft: it sends nothing until it goes live') : t('enabled');
}

/** Whether applying a plan would do anything. */
export function doesSomething({ objects }: NonNullable<ConfigurationPlanView['plan']>): boolean {
  return objects.some(({ action }) => action !== 'unchanged' && action !== 'leave');
}
