import { ArrowLeftRight } from 'lucide-react';
import type { AccessEffectView } from '../../../hub/api/schemas/access-policy.ts';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { counted } from '../format/words.ts';
import { aboutInWords, gapsInWords, peopleInWords } from './access-policy-words.ts';

/** Who gains and who loses. */
export function EffectCard({ effect }: { readonly effect: AccessEffectView }) {
  const { against, changes, people, recordings } = effect;
  const over = `${counted(people.compared, 'person', 'people')} and ${counted(recordings.compared, 'recording', 'recordings')}`;
  return (
    <Card
      title="Who gains, who loses"
      icon={<ArrowLeftRight />}
      hint={`Against ${against === 0 ? 'what everybody has' : `version ${String(against)}`}, over ${over}`}
    >
      <div className="grid gap-3 text-sm" data-testid="policy-effect">
        {changes.length === 0 && <p>Nobody gains and nobody loses.</p>}
        <ul className="grid gap-2">
          {changes.map((change) => (
            <li
              key={JSON.stringify([change.change, change.act, change.about, change.rule])}
              className="grid gap-0.5"
            >
              <div className="flex flex-wrap items-baseline gap-2">
                <Badge tone={change.change === 'gains' ? 'warn' : 'info'}>
                  {change.change === 'gains' ? 'Gains' : 'Loses'}
                </Badge>
                <code className="text-xs">{change.act}</code>
                <span>
                  {peopleInWords(change)}: {aboutInWords(change)}
                </span>
                <span className="text-quiet">by {change.rule}</span>
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
          As in a session with a fresh proof of presence, from a place that is not known, without grants.
        </p>
      </div>
    </Card>
  );
}
