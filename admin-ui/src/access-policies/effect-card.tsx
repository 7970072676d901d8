import { ArrowLeftRight } from 'lucide-react';
import type { AccessEffectView } from '../../../hub/api/schemas/access-policy.ts';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { plural, t } from '../i18n/t.ts';
import { aboutInWords, gapsInWords, peopleInWords } from './access-policy-words.ts';

/** Who gains and who loses. */
export function EffectCard({ effect }: { readonly effect: AccessEffectView }) {
  const { against, changes, people, recordings } = effect;
  const over = t('{{people}} and {{recordings}}', {
    people: plural(people.compared, { one: '{{count}} person', other: '{{count}} people' }),
    recordings: plural(recordings.compared, { one: '{{count}} recording', other: '{{count}} recordings' }),
  });
  return (
    <Card
      title={t('Who gains, who loses')}
      icon={<ArrowLeftRight />}
      hint={
        against === 0
          ? t('Against what everybody has, over {{over}}', { over })
          : t('Against version {{version}}, over {{over}}', { version: against, over })
      }
    >
      <div className="grid gap-3 text-sm" data-testid="policy-effect">
        {changes.length === 0 && <p>{t('Nobody gains and nobody loses.')}</p>}
        <ul className="grid gap-2">
          {changes.map((change) => (
            <li
              key={JSON.stringify([change.change, change.act, change.about, change.rule])}
              className="grid gap-0.5"
            >
              <div className="flex flex-wrap items-baseline gap-2">
                <Badge tone={change.change === 'gains' ? 'warn' : 'info'}>
                  {change.change === 'gains' ? t('Gains') : t('Loses')}
                </Badge>
                <code className="text-xs">{change.act}</code>
                <span>
                  {peopleInWords(change)}: {aboutInWords(change)}
                </span>
                <span className="text-quiet">{t('by {{person}}', { person: change.rule })}</span>
              </div>
              {change.classes.length > 0 && (
                <p className="text-xs text-quiet">{change.classes.join(' · ')}</p>
              )}
            </li>
          ))}
        </ul>
        {gapsInWords(effect).map((gap) => (
          <p key={gap} className="text-warn">
            {gap}
          </p>
        ))}
        <p className="text-xs text-quiet">
          {t(
            'As in a session with a fresh proof of presence, from a place that is not known, without grants.',
          )}
        </p>
      </div>
    </Card>
  );
}
