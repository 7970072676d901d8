import { useState } from 'react';
import { usePlaceHold } from '../api/holds.ts';
import { fieldError, namesField } from '../api/field-error.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';

const MATTER_LENGTH = 200;
interface PlaceHoldDialogProps {
  readonly recordingIds: readonly string[];
  readonly onClose: () => void;
}

/** Asks for matter and reason, and places a hold. */
export function PlaceHoldDialog({ recordingIds, onClose }: PlaceHoldDialogProps) {
  const [matter, setMatter] = useState('');
  const [reason, setReason] = useState('');
  const place = usePlaceHold();
  const toast = useToast();
  const complete = matter.trim() !== '' && reason.trim() !== '';
  const submit = () => {
    const body = { matter: matter.trim(), reason: reason.trim(), recordingIds: [...recordingIds] };
    place.mutate(body, {
      onSuccess: () => {
        toast({ tone: 'good', title: t('Hold placed'), detail: t('It is entered in the ledger.') });
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title={t('Place a hold')}
      description={t(
        'While a hold is active, nothing destroys this recording, whatever its retention date says.',
      )}
      ready={complete}
      pending={place.isPending}
      act={t('Place hold')}
      acting={t('Placing…')}
      onSubmit={submit}
      onClose={onClose}
    >
      {place.isError && !namesField(place.error, ['matter', 'reason']) && (
        <ProblemNotice error={place.error} title={t('The hold was not placed')} />
      )}
      <TextField
        label={t('Matter')}
        hint={t('Case or matter the hold belongs to.')}
        value={matter}
        onValue={setMatter}
        error={fieldError(place.error, 'matter')}
        maxLength={MATTER_LENGTH}
        required
      />
      <ReasonField
        hint={t('Why the recording has to be kept. Read by auditors.')}
        value={reason}
        onValue={setReason}
        error={fieldError(place.error, 'reason')}
        longest={2000}
      />
    </FormDialog>
  );
}
