import { useState } from 'react';
import { Landmark } from 'lucide-react';
import { useOwnPolicy } from '../api/policy.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { ProposePolicyDialog } from './propose-policy-dialog.tsx';

const STATES = { proposed: t('proposed'), active: t('active'), superseded: t('superseded') } as const;

/** The versions of the tenant's own policy. */
export function OwnPolicyCard() {
  const { data, error, refetch } = useOwnPolicy();
  const [proposing, setProposing] = useState(false);
  const active = data?.items.find(({ state }) => state === 'active');
  return (
    <Card
      title={t('Our own policy')}
      hint={t('On top of the rule pack; it can ask for more and never for less')}
      icon={<Landmark />}
      actions={
        <ActButton
          act="policy.manage"
          size="small"
          disabled={data === undefined}
          onClick={() => {
            setProposing(true);
          }}
        >
          {t('Propose…')}
        </ActButton>
      }
    >
      {error !== null && (
        <ProblemNotice error={error} title={t('It could not be loaded')} onRetry={() => void refetch()} />
      )}
      {data?.items.length === 0 && (
        <EmptyState icon={<Landmark />} title={t('No policy of our own')}>
          <Rich
            text="Keep longer, announce more, narrow regions: propose the rules here, or from a file with <c>holdfast policy propose</c>."
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
      {proposing && (
        <ProposePolicyDialog
          from={active?.body}
          onClose={() => {
            setProposing(false);
          }}
        />
      )}
    </Card>
  );
}
