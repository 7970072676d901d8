import { useState } from 'react';
import { useRevokeExport } from '../api/exports.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';

interface RevokeDialogProps {
  readonly exportId: string;
  readonly onClose: () => void;
}

/** Says what revoking means, asks for the reason, and does it. */
export function RevokeDialog({ exportId, onClose }: RevokeDialogProps) {
  const [reason, setReason] = useState('');
  const revoke = useRevokeExport(exportId);
  const toast = useToast();
  const submit = () => {
    revoke.mutate(
      { reason: reason.trim() },
      {
        onSuccess: () => {
          toast({ tone: 'good', title: t('Export revoked'), detail: t('It is entered in the ledger.') });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={t('Revoke this export?')}
      description={t(
        'Its links stop working at once, a download that runs is cut, and the bundle is deleted here. What the recipient has fetched already stays with the recipient.',
      )}
      ready={reason.trim() !== ''}
      pending={revoke.isPending}
      act={t('Revoke export')}
      acting={t('Revoking…')}
      tone="danger"
      cancel={t('Keep the export')}
      onSubmit={submit}
      onClose={onClose}
    >
      {revoke.isError && <ProblemNotice error={revoke.error} title={t('The export was not revoked')} />}
      <ReasonField value={reason} onValue={setReason} />
    </FormDialog>
  );
}
