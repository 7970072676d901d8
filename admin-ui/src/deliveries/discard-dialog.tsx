import { useState } from 'react';
import { useDiscard } from '../api/deliveries.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { counted } from '../format/words.ts';

interface DiscardDialogProps {
  /** A group, or ids. */
  readonly choice: object;
  readonly count: number;
  readonly onClose: () => void;
}

/** Gives dead letters up, with the reason. */
export function DiscardDialog({ choice, count, onClose }: DiscardDialogProps) {
  const [reason, setReason] = useState('');
  const discard = useDiscard();
  return (
    <FormDialog
      title={`Give up ${counted(count, 'dead letter', 'dead letters')}`}
      description="They are not sent again. The other side stays as it is until the next change of each recording."
      ready={reason.trim() !== ''}
      pending={discard.isPending}
      tone="danger"
      act="Give up"
      onSubmit={() => {
        discard.mutate({ ...choice, reason: reason.trim() }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {discard.isError && <ProblemNotice error={discard.error} title="Nothing was given up" />}
      <TextField
        label="Why"
        value={reason}
        onValue={setReason}
        hint="Kept in the ledger."
        maxLength={500}
        rows={2}
        required
      />
    </FormDialog>
  );
}
