import { ListChecks } from 'lucide-react';
import type { TextCheckView } from '../../../hub/api/schemas/access-policy.ts';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { plural, t } from '../i18n/t.ts';

/** Faults by line, and each example with what the policies answer. */
export function CheckCard({ id, check }: { readonly id: string; readonly check: TextCheckView }) {
  const { faults, warnings, policies, examples } = check;
  return (
    <Card
      title={t('Check')}
      icon={<ListChecks />}
      hint={
        faults.length === 0
          ? plural(policies.length, { one: '{{count}} policy', other: '{{count}} policies' })
          : plural(faults.length, { one: '{{count}} fault', other: '{{count}} faults' })
      }
    >
      <div id={id} className="grid gap-3 text-sm" data-testid="policy-check">
        {[
          ...faults.map((fault) => ({ ...fault, bad: true })),
          ...warnings.map((one) => ({ ...one, bad: false })),
        ].map(({ line, policy, message, bad }, index) => (
          <p key={index} className="flex flex-wrap items-baseline gap-2">
            <Badge tone={bad ? 'bad' : 'warn'}>
              {line === null ? t('Text') : t('Line {{line}}', { line })}
            </Badge>
            {policy !== null && <code className="text-xs">{policy}</code>}
            <span className="min-w-0 wrap-anywhere">{message}</span>
          </p>
        ))}
        {faults.length === 0 && examples.length === 0 && (
          <p className="text-quiet">{t('No faults, and no examples.')}</p>
        )}
        <ul className="grid gap-1.5">
          {examples.map(({ name, passed, difference, decision }, index) => (
            <li key={index} className="flex flex-wrap items-baseline gap-2">
              <Badge tone={passed ? 'good' : 'bad'}>{passed ? t('As it says') : t('Not so')}</Badge>
              <span className="font-medium">{name}</span>
              <span className="text-quiet">
                {difference ?? t('by {{person}}', { person: decision.rule })}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
