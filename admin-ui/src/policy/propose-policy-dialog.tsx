import { useState } from 'react';
import type { OwnPolicy } from '../../../hub/api/schemas/policy.ts';
import { useProposePolicy } from '../api/policy.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { isReason } from '../components/reason.ts';
import { t } from '../i18n/t.ts';
import { EMPTY_POLICY, parsePolicy, writtenPolicy } from './written-policy.ts';

interface ProposePolicyDialogProps {
  /** What the new version begins with; left out, a policy without rules. */
  readonly from: OwnPolicy['body'] | undefined;
  readonly onClose: () => void;
}

/** Asks for the rules of a new version and why, and asks a second person for agreement. */
export function ProposePolicyDialog({ from, onClose }: ProposePolicyDialogProps) {
  const [text, setText] = useState(() => writtenPolicy(from ?? EMPTY_POLICY));
  const [reason, setReason] = useState('');
  const propose = useProposePolicy();
  const policy = parsePolicy(text);
  return (
    <FormDialog
      title={t('Propose a policy of our own')}
      description={t(
        'A second person has to agree. Rules on top of the pack ask for more and never for less.',
      )}
      ready={policy !== undefined && isReason(reason)}
      pending={propose.isPending}
      act={t('Propose')}
      acting={t('Proposing…')}
      onSubmit={() => {
        propose.mutate({ policy, reason: reason.trim() }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {propose.isError && <ProblemNotice error={propose.error} title={t('Nothing was proposed')} />}
      <TextField
        label={t('Rules, as JSON')}
        hint={t(
          'Lists of consent, retention, residency and classes, and holidays; each rule has an id that begins with tenant/.',
        )}
        error={policy === undefined ? t('This is no JSON object.') : undefined}
        value={text}
        onValue={setText}
        rows={14}
        required
      />
      <ReasonField value={reason} onValue={setReason} rows={2} />
    </FormDialog>
  );
}
