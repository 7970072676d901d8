import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useConnectionAct, useRemovalPlan, type ConnectionDetail } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Select } from '../components/ui/select.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { number, t } from '../i18n/t.ts';

/** Ends a connection, after saying what would be left over there. */
export function RemoveDialog({
  connection,
  onClose,
}: {
  readonly connection: ConnectionDetail;
  readonly onClose: () => void;
}) {
  const [remains, setRemains] = useState<'withdraw' | 'keep'>('withdraw');
  const [why, setWhy] = useState('');
  const plan = useRemovalPlan(connection.id).data;
  const remove = useConnectionAct(connection.id, 'remove');
  const navigate = useNavigate();
  const toast = useToast();
  return (
    <FormDialog
      title={t('Remove {{name}}', { name: connection.name })}
      description={
        plan === undefined
          ? t('Counting what is there…')
          : t(
              '{{title}} may have {{recordings}} recordings; {{held}} of them are held and stay there until their holds end.',
              {
                title: fromHub(connection.title),
                recordings: number(plan.recordings),
                held: number(plan.held),
              },
            )
      }
      ready={plan !== undefined && (remains === 'withdraw' || why.trim() !== '')}
      pending={remove.isPending}
      tone="danger"
      act={t('Remove it')}
      acting={t('Removing…')}
      onSubmit={() => {
        remove.mutate(
          { remains, ...(why.trim() === '' ? {} : { why: why.trim() }) },
          {
            onSuccess: () => {
              toast({
                tone: 'good',
                title: t('The connection is removed'),
                detail: t('It is sent nothing any more.'),
              });
              void navigate({ to: '/connections' });
            },
          },
        );
      }}
      onClose={onClose}
    >
      {remove.isError && <ProblemNotice error={remove.error} title={t('It stays as it is')} />}
      <Select
        label={t('What becomes of what is there')}
        value={remains}
        options={[
          { value: 'withdraw', label: t('Have everything deleted there') },
          { value: 'keep', label: t('Leave it there') },
        ]}
        onValue={setRemains}
        className="justify-self-start"
      />
      <TextField
        label={t('Why')}
        value={why}
        onValue={setWhy}
        hint={remains === 'keep' ? t('Needed: who answers for what stays there?') : t('Kept in the ledger.')}
        maxLength={500}
        rows={2}
      />
    </FormDialog>
  );
}
