import { useState } from 'react';
import { useActOnRequest } from '../api/requests.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';

const MOST_DAYS = 90;

interface CopyDialogProps {
  readonly requestId: string;
  readonly onClose: () => void;
}

/** Orders the copy that the request gives, for the key of the person alone. */
export function CopyDialog({ requestId, onClose }: CopyDialogProps) {
  const [key, setKey] = useState('');
  const [days, setDays] = useState('30');
  const act = useActOnRequest(requestId);
  const count = Number(days);
  const wrong = !Number.isInteger(count) || count < 1 || count > MOST_DAYS;
  return (
    <FormDialog
      title={t('Order the copy')}
      description={t(
        'The recordings that are to be given, encrypted for the person. It goes the way of every export, with its second person.',
      )}
      ready={key.trim() !== '' && !wrong}
      pending={act.isPending}
      act={t('Order')}
      testId="confirm-copy"
      onSubmit={() => {
        act.mutate({ verb: 'copy', body: { recipientKey: key.trim(), days: count } }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {act.isError && <ProblemNotice error={act.error} title={t('The copy was not ordered')} />}
      <TextField
        label={t('Key of the person')}
        hint={t('An age recipient (age1…) or a certificate in PEM. Nobody else can open the copy.')}
        value={key}
        onValue={setKey}
        rows={4}
        required
      />
      <TextField
        label={t('Days it can be fetched')}
        hint={t('90 at most.')}
        error={wrong ? t('A number from 1 to 90.') : undefined}
        value={days}
        onValue={setDays}
        required
      />
    </FormDialog>
  );
}
