import { Landmark } from 'lucide-react';
import { useOwnPolicy } from '../api/policy.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

const STATES = { proposed: t('proposed'), active: t('active'), superseded: t('superseded') } as const;

/** The versions of the tenant's own policy. */
export function OwnPolicyCard() {
  const { data, error, refetch } = useOwnPolicy();
  return (
    <Card
      title={t('Our own policy')}
      hint={t('On top of the rule pack; it can ask for more and never for less')}
      icon={<Landmark />}
    >
      {error !== null && (
        <ProblemNotice error={error} title={t('It could not be loaded')} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 && (
        <EmptyState icon={<Landmark />} title={t('No policy of our own')}>
          <Rich
            text="Keep longer, announce more, narrow regions: write the rules in a file and propose it with <c>holdfast policy propose</c>."
            parts={{ c: <code /> }}
          />
        </EmptyState>
      )}
      <ul className="grid gap-3">
        {data?.items.map(({ version, state, note, body, proposedAt, proposedBy }) => (
          <li key={version} className="grid gap-1 text-sm">
            <div className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{t('Version {{version}}', { version })}</span>
              <Badge tone={state === 'active' ? 'good' : 'neutral'}>{STATES[state]}</Badge>
              <span className="text-quiet">
                <Rich
                  text="<at/> by {{person}}"
                  values={{ person: proposedBy ?? t('an erased person') }}
                  parts={{ at: <Timestamp instant={proposedAt} /> }}
                />
              </span>
            </div>
            <p>{note}</p>
            <p className="text-xs text-quiet">
              {[...body.consent, ...body.retention, ...body.residency, ...body.classes]
                .map(({ id }) => id)
                .join(', ')}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
