import { useState } from 'react';
import { useResetAuthenticators } from '../api/authenticators.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { plural, t } from '../i18n/t.ts';

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
      title={t('Reset the authenticators of {{person}}?', { person: person.name })}
      description={t(
        'Make sure that it is really them who asks. Everything they could prove their presence with ends; they add new ones within five minutes of signing in.',
      )}
      ready={reason.trim().length >= 3}
      pending={reset.isPending}
      act={t('Reset')}
      tone="danger"
      testId="confirm-reset-authenticators"
      onSubmit={() => {
        reset.mutate(reason.trim(), {
          onSuccess: ({ removed }) => {
            toast({
              tone: 'good',
              title: t('{{person}} has no authenticators any more', { person: person.name }),
              detail: plural(removed, {
                one: '{{count}} removed. It is entered in the ledger.',
                other: '{{count}} removed. It is entered in the ledger.',
              }),
            });
            onClose();
          },
        });
      }}
      onClose={onClose}
    >
      {reset.isError && <ProblemNotice error={reset.error} title={t('Nothing was reset')} />}
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
