import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useConnectionAct, useRemovalPlan, type ConnectionDetail } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Select } from '../components/ui/select.tsx';
import { useToast } from '../components/ui/toast.tsx';

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
      title={`Remove ${connection.name}`}
      description={
        plan === undefined
          ? 'Counting what is there…'
          : `${connection.title} may have ${plan.recordings.toLocaleString('en')} recordings; ${plan.held.toLocaleString('en')} of them are held and stay there until their holds end.`
      }
      ready={plan !== undefined && (remains === 'withdraw' || why.trim() !== '')}
      pending={remove.isPending}
      tone="danger"
      act="Remove it"
      acting="Removing…"
      onSubmit={() => {
        remove.mutate(
          { remains, ...(why.trim() === '' ? {} : { why: why.trim() }) },
          {
            onSuccess: () => {
              toast({
                tone: 'good',
                title: 'The connection is removed',
                detail: 'It is sent nothing any more.',
              });
              void navigate({ to: '/connections' });
            },
          },
        );
      }}
      onClose={onClose}
    >
      {remove.isError && <ProblemNotice error={remove.error} title="It stays as it is" />}
      <Select
        label="What becomes of what is there"
        value={remains}
        options={[
          { value: 'withdraw', label: 'Have everything deleted there' },
          { value: 'keep', label: 'Leave it there' },
        ]}
        onValue={setRemains}
        className="justify-self-start"
      />
      <TextField
        label="Why"
        value={why}
        onValue={setWhy}
        hint={remains === 'keep' ? 'Needed: who answers for what stays there?' : 'Kept in the ledger.'}
        maxLength={500}
        rows={2}
      />
    </FormDialog>
  );
}
