import { useState } from 'react';
import { useDecideExport } from '../api/exports.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';

const WORDS = {
  refuse: {
    title: t('Refuse this export?'),
    description: t('Nothing is made. Whoever asked for it sees your reason.'),
    act: t('Refuse export'),
    acting: t('Refusing…'),
    done: t('Export refused'),
    failed: t('The export was not refused'),
    keep: t('Cancel'),
  },
  revoke: {
    title: t('Revoke this export?'),
    description: t(
      'Its links stop working at once, a download that runs is cut, and the bundle is deleted here. What the recipient has fetched already stays with the recipient.',
    ),
    act: t('Revoke export'),
    acting: t('Revoking…'),
    done: t('Export revoked'),
    failed: t('The export was not revoked'),
    keep: t('Keep the export'),
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
          toast({ tone: 'good', title: words.done, detail: t('It is entered in the ledger.') });
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
      <ReasonField value={reason} onValue={setReason} />
    </FormDialog>
  );
}
