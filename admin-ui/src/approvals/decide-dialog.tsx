import { useState } from 'react';
import { useDecideApproval, type ApprovalVerb } from '../api/approvals.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';
import { useToast } from '../components/ui/toast.tsx';

const WORDS = {
  approve: {
    title: t('Approve this?'),
    description: t('What waits for your answer is done at once. It cannot be taken back by you.'),
    label: t('Remark (may be left out)'),
    act: t('Approve'),
    acting: t('Approving…'),
    done: t('Approved'),
    failed: t('It was not approved'),
  },
  refuse: {
    title: t('Refuse this?'),
    description: t('Nothing is done. Whoever asked sees your reason.'),
    label: t('Reason'),
    act: t('Refuse'),
    acting: t('Refusing…'),
    done: t('Refused'),
    failed: t('It was not refused'),
  },
  withdraw: {
    title: t('Withdraw your question?'),
    description: t('Nothing is done, and nobody needs to decide any more.'),
    label: t('Reason'),
    act: t('Withdraw'),
    acting: t('Withdrawing…'),
    done: t('Withdrawn'),
    failed: t('It was not withdrawn'),
  },
} as const;

interface DecideDialogProps {
  readonly approvalId: string;
  readonly verb: ApprovalVerb;
  readonly onClose: () => void;
}

/** Says what the answer means, asks for the remark or the reason, and gives it. */
export function DecideDialog({ approvalId, verb, onClose }: DecideDialogProps) {
  const [text, setText] = useState('');
  const decide = useDecideApproval(approvalId, verb);
  const toast = useToast();
  const words = WORDS[verb];
  const said = text.trim();
  const ready = verb === 'approve' || said !== '';
  const submit = () => {
    const body = verb === 'approve' ? (said === '' ? {} : { remark: said }) : { reason: said };
    decide.mutate(body, {
      onSuccess: () => {
        toast({ tone: 'good', title: words.done, detail: t('It is entered in the ledger.') });
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title={words.title}
      description={words.description}
      ready={ready}
      pending={decide.isPending}
      act={words.act}
      acting={words.acting}
      tone={verb === 'approve' ? 'primary' : 'danger'}
      testId="confirm-decision"
      onSubmit={submit}
      onClose={onClose}
    >
      {decide.isError && <ProblemNotice error={decide.error} title={words.failed} />}
      <ReasonField label={words.label} value={text} onValue={setText} required={verb !== 'approve'} />
    </FormDialog>
  );
}
