import { useState } from 'react';
import { useActOnRequest } from '../api/requests.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';

/** What is done to a request with a reason. */
export type ReasonVerb = 'extend' | 'refuse' | 'withdraw';

const WORDS = {
  extend: {
    title: 'Prolong the clocks?',
    description: 'Once only, before the first date. Tell the person now, with this reason.',
    act: 'Prolong',
  },
  refuse: {
    title: 'Refuse the whole request?',
    description:
      'A second person has to agree. The person is told the reason, the ground and where to complain.',
    act: 'Ask a second person',
  },
  withdraw: {
    title: 'Has the person taken the request back?',
    description: 'It ends; nothing is given or erased, and its evidence is no longer kept for it.',
    act: 'It was taken back',
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
      {act.isError && <ProblemNotice error={act.error} title="Nothing was changed" />}
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={2000} rows={3} required />
      {verb === 'refuse' && (
        <TextField
          label="Ground"
          hint='An article or a rule, such as "GDPR 12(5)(b)".'
          value={ground}
          onValue={setGround}
          maxLength={300}
          required
        />
      )}
    </FormDialog>
  );
}
