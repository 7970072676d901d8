import { useState } from 'react';
import { useDiscard } from '../api/deliveries.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { isReason } from '../components/reason.ts';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { plural, t } from '../i18n/t.ts';

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
      title={plural(count, { one: 'Give up {{count}} dead letter', other: 'Give up {{count}} dead letters' })}
      description={t(
        'They are not sent again. The other side stays as it is until the next change of each recording.',
      )}
      ready={isReason(reason)}
      pending={discard.isPending}
      tone="danger"
      act={t('Give up')}
      onSubmit={() => {
        discard.mutate({ ...choice, reason: reason.trim() }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {discard.isError && <ProblemNotice error={discard.error} title={t('Nothing was given up')} />}
      <TextField
        label={t('Why')}
        value={reason}
        onValue={setReason}
        hint={t('Kept in the ledger.')}
        maxLength={500}
        rows={2}
        required
      />
    </FormDialog>
  );
}
