import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ConfigurationEntry } from '../../../../hub/api/schemas/configuration.ts';
import { IntentKeys } from '../../api/intent-keys.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { ReasonField } from '../../components/reason-field.tsx';
import { FormDialog } from '../../components/ui/form-dialog.tsx';
import { useToast } from '../../components/ui/toast.tsx';
import { isReason } from '../../components/reason.ts';
import { t } from '../../i18n/t.ts';
import { titleOf } from './configuration-words.ts';
import type { RestorePlan } from './restore-plan.ts';

interface RestoreDialogProps {
  readonly entry: ConfigurationEntry;
  readonly plan: RestorePlan;
  readonly onClose: () => void;
}

/** Says what going back does, asks why, and does it by the act of that kind. */
export function RestoreDialog({ entry, plan, onClose }: RestoreDialogProps) {
  const [reason, setReason] = useState('');
  const [keys] = useState(() => new IntentKeys());
  const client = useQueryClient();
  const toast = useToast();
  const restore = useMutation({
    mutationFn: (why: string) => plan.run(why, keys.keyFor(JSON.stringify([entry, why]))),
    onSuccess: async () => {
      keys.settle();
      await client.invalidateQueries();
      toast({ tone: 'good', title: t('Done'), detail: plan.meaning });
      onClose();
    },
  });
  return (
    <FormDialog
      title={t('Go back to {{version}}?', { version: titleOf(entry) })}
      description={plan.meaning}
      ready={!plan.takesReason || isReason(reason)}
      pending={restore.isPending}
      act={t('Go back')}
      testId="confirm-restore"
      onSubmit={() => {
        restore.mutate(reason.trim());
      }}
      onClose={onClose}
    >
      {restore.isError && <ProblemNotice error={restore.error} title={t('Nothing was changed')} />}
      {plan.takesReason && <ReasonField value={reason} onValue={setReason} />}
    </FormDialog>
  );
}
