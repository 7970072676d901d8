import { useState } from 'react';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';

interface ReasonDialogProps {
  readonly title: string;
  readonly description: string;
  readonly act: string;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly onSubmit: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks why, and does it. */
export function ReasonDialog({ pending, error, onSubmit, ...words }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      {...words}
      pending={pending}
      ready={reason.trim() !== ''}
      testId="policy-reason-submit"
      onSubmit={() => {
        onSubmit(reason.trim());
      }}
    >
      <TextField label={t('Why')} value={reason} onValue={setReason} rows={3} maxLength={500} required />
      {error !== null && <ProblemNotice error={error} title={t('It was not done')} />}
    </FormDialog>
  );
}
