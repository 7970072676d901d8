import { useState } from 'react';
import { useActOnRequest } from '../api/requests.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';

/** What is done to a request with a reason. */
export type ReasonVerb = 'extend' | 'refuse' | 'withdraw';

const WORDS = {
  extend: {
    title: t('Prolong the clocks?'),
    description: t('Once only, before the first date. Tell the person now, with this reason.'),
    act: t('Prolong'),
  },
  refuse: {
    title: t('Refuse the whole request?'),
    description: t(
      'A second person has to agree. The person is told the reason, the ground and where to complain.',
    ),
    act: t('Ask a second person'),
  },
  withdraw: {
    title: t('Has the person taken the request back?'),
    description: t('It ends; nothing is given or erased, and its evidence is no longer kept for it.'),
    act: t('It was taken back'),
  },
} as const;

interface ReasonProps {
  readonly requestId: string;
  readonly verb: ReasonVerb;
  readonly onClose: () => void;
}

/** Says what it means, asks for the reason, and does it. */
export function RequestReasonDialog({ requestId, verb, onClose }: ReasonProps) {
  const [reason, setReason] = useState('');
  const [ground, setGround] = useState('');
  const act = useActOnRequest(requestId);
  const words = WORDS[verb];
  const ready = reason.trim() !== '' && (verb !== 'refuse' || ground.trim() !== '');
  return (
    <FormDialog
      title={words.title}
      description={words.description}
      ready={ready}
      pending={act.isPending}
      act={words.act}
      onSubmit={() => {
        const body = { reason: reason.trim(), ...(verb === 'refuse' && { ground: ground.trim() }) };
        act.mutate({ verb, body }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {act.isError && <ProblemNotice error={act.error} title={t('Nothing was changed')} />}
      <TextField label={t('Reason')} value={reason} onValue={setReason} maxLength={2000} rows={3} required />
      {verb === 'refuse' && (
        <TextField
          label={t('Ground')}
          hint={t('An article or a rule, such as "GDPR 12(5)(b)".')}
          value={ground}
          onValue={setGround}
          maxLength={300}
          required
        />
      )}
    </FormDialog>
  );
}
