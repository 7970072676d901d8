import { useState } from 'react';
import { TriangleAlert } from 'lucide-react';
import { useBreakGlass } from '../api/grants.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';

/** Takes an emergency right, after saying what that sets off. */
export function BreakGlassDialog({ onClose }: { readonly onClose: () => void }) {
  const [ticket, setTicket] = useState('');
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState('30');
  const [understood, setUnderstood] = useState(false);
  const take = useBreakGlass();
  const toast = useToast();
  const lasts = Number(minutes);
  const valid = Number.isInteger(lasts) && lasts >= 1 && lasts <= 60;
  const submit = () => {
    take.mutate(
      { ticket: ticket.trim(), reason: reason.trim(), minutes: lasts },
      {
        onSuccess: () => {
          toast({
            tone: 'good',
            title: t('The glass is broken'),
            detail: t('An incident was opened. End it as soon as you can.'),
          });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={t('Break the glass')}
      description={t(
        'For an emergency that cannot wait for a second person: you may list, read and play every recording, for an hour at most.',
      )}
      ready={ticket.trim().length > 1 && reason.trim() !== '' && valid && understood}
      pending={take.isPending}
      act={t('Break the glass')}
      acting={t('Breaking the glass…')}
      tone="danger"
      testId="send-glass"
      onSubmit={submit}
      onClose={onClose}
    >
      <div className="flex items-start gap-3 rounded-md border border-bad/30 bg-bad-soft p-3 text-sm">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
        <ul className="grid gap-1">
          <li>{t('An incident is opened at once, and its people are alerted.')}</li>
          <li>{t('Everything you do meanwhile is listed, and somebody else says whether it was right.')}</li>
          <li>{t('Walls and restrictions stand, and nothing can be exported by it.')}</li>
        </ul>
      </div>
      {take.isError && <ProblemNotice error={take.error} title={t('The right was not given')} />}
      <TextField
        label={t('Ticket')}
        hint={t('The number of the case that it is about.')}
        value={ticket}
        onValue={setTicket}
        required
      />
      <TextField
        label={t('Reason')}
        hint={t('Read by whoever reviews it.')}
        value={reason}
        onValue={setReason}
        rows={2}
        required
      />
      <TextField
        label={t('Minutes')}
        hint={t('60 at most.')}
        error={minutes === '' || valid ? undefined : t('Give whole minutes from 1 to 60.')}
        value={minutes}
        onValue={setMinutes}
        required
      />
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={understood}
          onChange={() => {
            setUnderstood(!understood);
          }}
        />
        {t('This is an emergency, and I will answer for it.')}
      </label>
    </FormDialog>
  );
}
