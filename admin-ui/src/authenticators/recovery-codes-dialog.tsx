import { useMakeRecoveryCodes } from '../api/authenticators.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ShownOnce } from '../components/shown-once.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';

/** Makes recovery codes and shows them once. */
export function RecoveryCodesDialog({ onClose }: { readonly onClose: () => void }) {
  const make = useMakeRecoveryCodes();
  if (make.isSuccess)
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title="Your recovery codes"
        description="They are shown now and never again. Print them, or keep them where you keep what is precious."
      >
        <div className="grid gap-4">
          <ShownOnce name="Codes" value={make.data.codes.join(' ')} />
          <Button tone="primary" className="justify-self-end" onClick={onClose}>
            I have them
          </Button>
        </div>
      </Dialog>
    );
  return (
    <FormDialog
      title="Make recovery codes"
      description="Ten codes, each of which proves once that it is you. Codes that you had before end."
      ready
      pending={make.isPending}
      act="Make them"
      testId="confirm-recovery-codes"
      onSubmit={() => {
        make.mutate();
      }}
      onClose={onClose}
    >
      {make.isError && <ProblemNotice error={make.error} title="No codes were made" />}
    </FormDialog>
  );
}
