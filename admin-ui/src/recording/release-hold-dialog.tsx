import { useState } from 'react';
import type { Hold } from '../../../hub/api/schemas/hold.ts';
import { useReleaseHold } from '../api/holds.ts';
import { fieldError, namesField } from '../api/field-error.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { counted } from '../format/words.ts';

const REASON_LENGTH = 2_000;

interface ReleaseHoldDialogProps {
  readonly hold: Hold;
  readonly onClose: () => void;
}

/** Says what a release means, asks for the reason, and releases. */
export function ReleaseHoldDialog({ hold, onClose }: ReleaseHoldDialogProps) {
  const [reason, setReason] = useState('');
  const release = useReleaseHold(hold.id);
  const toast = useToast();
  const submit = () => {
    release.mutate(
      { reason: reason.trim() },
      {
        onSuccess: () => {
          toast({ tone: 'good', title: 'Hold released', detail: 'It is entered in the ledger.' });
          onClose();
        },
      },
    );
  };
  const subject =
    hold.recordingIds.length > 1
      ? counted(hold.recordingIds.length, 'recording', 'recordings')
      : 'the recording';
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Release this hold?"
      description={
        <>
          The hold for matter <strong className="font-semibold text-ink">{hold.matter}</strong> ends for{' '}
          {subject}. Unless another hold is active, the retention rules decide again, and what is past its
          date can be destroyed for good.
        </>
      }
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() !== '' && !release.isPending) submit();
        }}
      >
        {release.isError && !namesField(release.error, ['reason']) && (
          <ProblemNotice error={release.error} title="The hold was not released" />
        )}
        <TextField
          label="Reason"
          hint="Why the hold is no longer needed. Read by auditors."
          value={reason}
          onValue={setReason}
          error={fieldError(release.error, 'reason')}
          maxLength={REASON_LENGTH}
          rows={3}
          required
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep the hold</Button>
          <Button tone="danger" type="submit" disabled={reason.trim() === '' || release.isPending}>
            {release.isPending ? 'Releasing…' : 'Release hold'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
