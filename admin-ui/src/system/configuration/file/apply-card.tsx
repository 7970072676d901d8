import { useState } from 'react';
import { Check } from 'lucide-react';
import type { ConfigurationPlanView } from '../../../api/configuration.ts';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { TextField } from '../../../components/ui/field.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { t } from '../../../i18n/t.ts';
import { ActButton } from '../../../session/act-button.tsx';
import { doesSomething } from './plan-words.ts';

type Remains = 'withdraw' | 'keep';

interface ApplyCardProps {
  readonly plan: NonNullable<ConfigurationPlanView['plan']>;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly onApply: (choice: { readonly why?: string; readonly remains: Remains }) => void;
}

/** Asks why, and what becomes of what a removed connection left over there; then applies just this plan. */
export function ApplyCard({ plan, pending, error, onApply }: ApplyCardProps) {
  const [why, setWhy] = useState('');
  const [remains, setRemains] = useState<Remains>('withdraw');
  const removed = plan.objects.filter(({ action }) => action === 'remove');
  if (!doesSomething(plan))
    return (
      <Card title={t('Apply')} icon={<Check />}>
        <p className="text-sm text-quiet">{t('Everything is as the file says. Nothing is to be done.')}</p>
      </Card>
    );
  return (
    <Card title={t('Apply')} icon={<Check />} hint={t('All of it, or nothing')}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!pending) onApply({ remains, ...(why.trim() === '' ? {} : { why: why.trim() }) });
        }}
      >
        {error !== null && <ProblemNotice error={error} title={t('Nothing was changed')} />}
        <TextField
          label={t('Why')}
          hint={t('Kept with each version and in the ledger; a ticket, for example.')}
          value={why}
          onValue={setWhy}
          maxLength={500}
        />
        {removed.some(({ kind }) => kind === 'connection') && (
          <Select
            label={t('What removed connections left in the other systems')}
            value={remains}
            options={[
              { value: 'withdraw', label: t('Have it deleted there') },
              { value: 'keep', label: t('Leave it there') },
            ]}
            onValue={setRemains}
          />
        )}
        <div className="flex justify-end">
          <ActButton
            act="connection.manage"
            type="submit"
            tone={removed.length > 0 ? 'danger' : 'primary'}
            disabled={pending}
            data-testid="apply-file"
          >
            {removed.length > 0 ? t('Apply and remove') : t('Apply the plan')}
          </ActButton>
        </div>
      </form>
    </Card>
  );
}
