import { useMakeRecoveryCodes } from '../api/authenticators.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ShownOnce } from '../components/shown-once.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';

/** Makes recovery codes and shows them once. */
export function RecoveryCodesDialog({ onClose }: { readonly onClose: () => void }) {
  const make = useMakeRecoveryCodes();
  if (make.isSuccess)
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={t('Your recovery codes')}
        description={t(
          'They are shown now and never again. Print them, or keep them where you keep what is precious.',
        )}
      >
        <div className="grid gap-4">
          <ShownOnce name={t('Codes')} value={make.data.codes.join(' ')} />
          <Button tone="primary" className="justify-self-end" onClick={onClose}>
            {t('I have them')}
          </Button>
        </div>
      </Dialog>
    );
  return (
    <FormDialog
      title={t('Make recovery codes')}
      description={t('Ten codes, each of which proves once that it is you. Codes that you had before end.')}
      ready
      pending={make.isPending}
      act={t('Make them')}
      testId="confirm-recovery-codes"
      onSubmit={() => {
        make.mutate();
      }}
      onClose={onClose}
    >
      {make.isError && <ProblemNotice error={make.error} title={t('No codes were made')} />}
    </FormDialog>
  );
}
