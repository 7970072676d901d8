import { useRevokeExport } from '../api/exports.ts';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';

interface RevokeDialogProps {
  readonly exportId: string;
  readonly onClose: () => void;
}

/** Says what revoking means, asks for the reason, and does it. */
export function RevokeDialog({ exportId, onClose }: RevokeDialogProps) {
  const revoke = useRevokeExport(exportId);
  const toast = useToast();
  return (
    <ReasonDialog
      title={t('Revoke this export?')}
      description={t(
        'Its links stop working at once, a download that runs is cut, and the bundle is deleted here. What the recipient has fetched already stays with the recipient.',
      )}
      act={t('Revoke export')}
      acting={t('Revoking…')}
      cancel={t('Keep the export')}
      failed={t('The export was not revoked')}
      pending={revoke.isPending}
      error={revoke.error}
      onReason={(reason) => {
        revoke.mutate(
          { reason },
          {
            onSuccess: () => {
              toast({ tone: 'good', title: t('Export revoked'), detail: t('It is entered in the ledger.') });
              onClose();
            },
          },
        );
      }}
      onClose={onClose}
    />
  );
}
