import { useState } from 'react';
import { ProblemNotice } from './problem-notice.tsx';
import { TextField } from './ui/field.tsx';
import { FormDialog } from './ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';

interface ReasonDialogProps {
  readonly title: string;
  /** What will happen. */
  readonly description: string;
  readonly act: string;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly testId: string;
  readonly onReason: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks for the reason of an act that ends something, and says when it did not work. */
export function ReasonDialog({ error, onReason, testId, ...rest }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      {...rest}
      tone="danger"
      testId={testId}
      ready={reason.trim().length >= 3}
      onSubmit={() => {
        onReason(reason.trim());
      }}
    >
      {error !== null && <ProblemNotice error={error} title={t('Nothing was ended')} />}
      <TextField
        label={t('Reason')}
        hint={t('Read by auditors.')}
        value={reason}
        onValue={setReason}
        maxLength={500}
        rows={2}
        required
      />
    </FormDialog>
  );
}
