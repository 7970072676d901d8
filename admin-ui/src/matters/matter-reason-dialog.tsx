import { useState } from 'react';
import type { ReactNode } from 'react';
import type { UseMutationResult } from '@tanstack/react-query';
import type { Release, WithReason } from '../../../hub/api/schemas/matter.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';

interface MatterReasonDialogProps {
  readonly title: string;
  readonly description: string;
  readonly act: string;
  readonly done: string;
  readonly mutation: UseMutationResult<Release, Error, WithReason>;
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

/** Says what an act on a matter means, asks for the reason, and does it. */
export function MatterReasonDialog({
  title,
  description,
  act,
  done,
  mutation,
  children,
  onClose,
}: MatterReasonDialogProps) {
  const [reason, setReason] = useState('');
  const toast = useToast();
  return (
    <FormDialog
      title={title}
      description={description}
      ready={reason.trim() !== ''}
      pending={mutation.isPending}
      act={act}
      tone="danger"
      onSubmit={() => {
        mutation.mutate(
          { reason: reason.trim() },
          {
            onSuccess: () => {
              toast({ tone: 'good', title: done, detail: t('It is entered in the ledger.') });
              onClose();
            },
          },
        );
      }}
      onClose={onClose}
    >
      {mutation.isError && <ProblemNotice error={mutation.error} title={t('Nothing was changed')} />}
      {children}
      <ReasonField value={reason} onValue={setReason} longest={2000} />
    </FormDialog>
  );
}
