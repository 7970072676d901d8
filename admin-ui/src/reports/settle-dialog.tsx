import { useState } from 'react';
import { useSettleFinding } from '../api/reports.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { isReason } from '../components/reason.ts';
import { t } from '../i18n/t.ts';

/** Says what settling a finding means, asks for the reason, and does it. */
export function SettleDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const [reason, setReason] = useState('');
  const settle = useSettleFinding(id);
  const toast = useToast();
  const complete = isReason(reason);
  return (
    <FormDialog
      title={t('Settle this finding?')}
      description={t(
        'It counts as dealt with, also when a later check meets the same thing again. Findings that are put right heal by themselves; do not settle those.',
      )}
      ready={complete}
      pending={settle.isPending}
      act={t('Settle finding')}
      acting={t('Settling…')}
      onSubmit={() => {
        settle.mutate(
          { reason: reason.trim() },
          {
            onSuccess: () => {
              toast({ tone: 'good', title: t('Finding settled'), detail: t('It is entered in the ledger.') });
              onClose();
            },
          },
        );
      }}
      onClose={onClose}
    >
      {settle.isError && <ProblemNotice error={settle.error} title={t('The finding was not settled')} />}
      <ReasonField value={reason} onValue={setReason} />
    </FormDialog>
  );
}
