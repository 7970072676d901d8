import type { TextCheckView } from '../../../hub/api/schemas/access-policy.ts';
import { locale, t } from '../i18n/t.ts';
import { roleInWords } from '../people/people-words.ts';

type Outline = TextCheckView['policies'][number]['outline'];

/** The head of a policy in a sentence: "Auditor may recording.play on recordings". */
export function headInWords({ effect, who, acts, on }: Outline): string {
  const values = { who: whoInWords(who), acts: actsInWords(acts), what: thingInWords(on) };
  return effect === 'permit'
    ? t('{{who}} may do {{acts}} on {{what}}', values)
    : t('{{who}} may never do {{acts}} on {{what}}', values);
}

function whoInWords({ kind, name }: Outline['who']): string {
  switch (kind) {
    case 'everybody':
      return t('Everybody');
    case 'role':
      return t('The role {{role}}', { role: roleInWords(name) });
    case 'group':
      return t('The group {{group}}', { group: name });
    case 'one':
      return t('The person {{id}}', { id: name });
  }
}

function actsInWords(acts: readonly string[]): string {
  return acts.length === 0 ? t('everything') : new Intl.ListFormat(locale()).format(acts);
}

function thingInWords(on: Outline['on']): string {
  const words = {
    everything: t('all there is'),
    recordings: t('recordings'),
    settings: t('lists and settings'),
    one: t('one recording'),
  };
  return words[on];
}
