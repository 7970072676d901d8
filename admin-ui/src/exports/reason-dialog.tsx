import { useState } from 'react';
import { useDecideExport } from '../api/exports.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';

const REASON_LENGTH = 500;
const WORDS = {
  refuse: {
    title: 'Refuse this export?',
    description: 'Nothing is made. Whoever asked for it sees your reason.',
    act: 'Refuse export',
    acting: 'Refusing…',
    done: 'Export refused',
    failed: 'The export was not refused',
    keep: 'Cancel',
  },
  revoke: {
    title: 'Revoke this export?',
    description:
      'Its links stop working at once, a download that runs is cut, and the bundle is deleted here. What the recipient has fetched already stays with the recipient.',
    act: 'Revoke export',
    acting: 'Revoking…',
    done: 'Export revoked',
    failed: 'The export was not revoked',
    keep: 'Keep the export',
  },
} as const;

interface ReasonDialogProps {
  readonly exportId: string;
  readonly verb: keyof typeof WORDS;
  readonly onClose: () => void;
}

/** Says what refusing or revoking means, asks for the reason, and does it. */
export function ReasonDialog({ exportId, verb, onClose }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const decide = useDecideExport(exportId, verb);
  const toast = useToast();
  const words = WORDS[verb];
  const submit = () => {
    decide.mutate(
      { reason: reason.trim() },
      {
        onSuccess: () => {
          toast({ tone: 'good', title: words.done, detail: 'It is entered in the ledger.' });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={words.title}
      description={words.description}
      ready={reason.trim() !== ''}
      pending={decide.isPending}
      act={words.act}
      acting={words.acting}
      tone="danger"
      cancel={words.keep}
      onSubmit={submit}
      onClose={onClose}
    >
      {decide.isError && <ProblemNotice error={decide.error} title={words.failed} />}
      <TextField
        label="Reason"
        hint="Read by auditors."
        value={reason}
        onValue={setReason}
        maxLength={REASON_LENGTH}
        rows={3}
        required
      />
    </FormDialog>
  );
}
