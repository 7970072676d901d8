import { useState } from 'react';
import { useResetAuthenticators } from '../api/authenticators.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';

interface ResetDialogProps {
  readonly person: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
}

/** Takes all authenticators and recovery codes from somebody who lost them, with a reason. */
export function ResetDialog({ person, onClose }: ResetDialogProps) {
  const [reason, setReason] = useState('');
  const reset = useResetAuthenticators(person.id);
  const toast = useToast();
  return (
    <FormDialog
      title={`Reset the authenticators of ${person.name}?`}
      description="Make sure that it is really them who asks. Everything they could prove their presence with ends; they add new ones within five minutes of signing in."
      ready={reason.trim().length >= 3}
      pending={reset.isPending}
      act="Reset"
      tone="danger"
      testId="confirm-reset-authenticators"
      onSubmit={() => {
        reset.mutate(reason.trim(), {
          onSuccess: ({ removed }) => {
            toast({
              tone: 'good',
              title: `${person.name} has no authenticators any more`,
              detail: `${String(removed)} removed. It is entered in the ledger.`,
            });
            onClose();
          },
        });
      }}
      onClose={onClose}
    >
      {reset.isError && <ProblemNotice error={reset.error} title="Nothing was reset" />}
      <TextField
        label="Reason"
        hint="Read by auditors."
        value={reason}
        onValue={setReason}
        maxLength={500}
        rows={2}
        required
      />
    </FormDialog>
  );
}
