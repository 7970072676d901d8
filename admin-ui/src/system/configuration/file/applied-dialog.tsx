import type { ConfigurationApplied } from '../../../../../hub/api/schemas/configuration-file.ts';
import { ShownOnce } from '../../../components/shown-once.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { t } from '../../../i18n/t.ts';

interface AppliedDialogProps {
  readonly applied: ConfigurationApplied;
  readonly onClose: () => void;
}

/** That the file was applied, with the secrets that were made and are shown this once. */
export function AppliedDialog({ applied: { shown }, onClose }: AppliedDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('The file was applied')}
      description={
        shown.length > 0
          ? t('Copy these secrets now; they are not shown again.')
          : t('New connections are drafts: check them and let them go live under Connections.')
      }
    >
      <div className="grid gap-4">
        {shown.map(({ what, secret }) => (
          <ShownOnce key={what} name={what} value={secret} />
        ))}
        <div className="flex justify-end">
          <Button tone="primary" onClick={onClose} data-testid="applied">
            {shown.length > 0 ? t('I have copied it') : t('Done')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
