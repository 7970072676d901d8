import { useState } from 'react';
import type { MatterDetail } from '../../../hub/api/schemas/matter.ts';
import { useReviewMatter } from '../api/matters.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';
import { dayOf } from './query-words.ts';

interface ReviewDialogProps {
  readonly matter: MatterDetail;
  readonly onClose: () => void;
}

/** Notes that the matter is still needed, and when to ask again. */
export function ReviewDialog({ matter, onClose }: ReviewDialogProps) {
  const [day, setDay] = useState('');
  const [remark, setRemark] = useState('');
  const review = useReviewMatter(matter.id);
  const toast = useToast();
  const reviewAt = dayOf(day);
  const wrong = day !== '' && reviewAt === undefined;
  return (
    <FormDialog
      title={t('Is this matter still needed?')}
      description={t(
        'Notes that you asked yourself, and when somebody has to ask again. Nothing is released by it.',
      )}
      ready={remark.trim() !== '' && !wrong}
      pending={review.isPending}
      act={t('Still needed')}
      onSubmit={() => {
        review.mutate(
          { remark: remark.trim(), reviewAt: reviewAt ?? null },
          {
            onSuccess: () => {
              toast({ tone: 'good', title: t('Reviewed'), detail: t('It is entered in the ledger.') });
              onClose();
            },
          },
        );
      }}
      onClose={onClose}
    >
      {review.isError && <ProblemNotice error={review.error} title={t('Nothing was changed')} />}
      <TextField
        label={t('Ask again on')}
        hint={t('A day (UTC); empty for no date.')}
        error={wrong ? t('A day looks like 2027-01-31.') : undefined}
        placeholder="2027-01-31"
        value={day}
        onValue={setDay}
        maxLength={10}
      />
      <ReasonField label={t('Why it is needed')} value={remark} onValue={setRemark} longest={2000} />
    </FormDialog>
  );
}
