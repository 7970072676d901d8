import { useState } from 'react';
import { ProblemNotice } from './problem-notice.tsx';
import { isReason } from './reason.ts';
import { ReasonField } from './reason-field.tsx';
import { FormDialog } from './ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';

interface ReasonDialogProps {
  readonly title: string;
  /** What will happen. */
  readonly description: string;
  readonly act: string;
  /** What the button says while it is done. */
  readonly acting?: string;
  /** What the button that closes says. */
  readonly cancel?: string;
  /** `danger`, where nothing is said: most such acts end something. */
  readonly tone?: 'primary' | 'danger';
  /** Said where it did not work; "Nothing was ended" where nothing is said. */
  readonly failed?: string;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly testId?: string;
  readonly onReason: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks for the reason of an act, and says when it did not work. */
export function ReasonDialog({
  error,
  onReason,
  tone = 'danger',
  failed = t('Nothing was ended'),
  ...rest
}: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      {...rest}
      tone={tone}
      ready={isReason(reason)}
      onSubmit={() => {
        onReason(reason.trim());
      }}
    >
      {error !== null && <ProblemNotice error={error} title={failed} />}
      <ReasonField value={reason} onValue={setReason} />
    </FormDialog>
  );
}
