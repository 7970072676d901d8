import { useState } from 'react';
import type { Hold } from '../../../hub/api/schemas/hold.ts';
import { useReleaseHold } from '../api/holds.ts';
import { fieldError, namesField } from '../api/field-error.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { matterName } from '../from-hub/matter-name.ts';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';

interface ReleaseHoldDialogProps {
  readonly hold: Hold;
  readonly onClose: () => void;
}

/** Says what a release means, asks for the reason, and releases. */
export function ReleaseHoldDialog({ hold, onClose }: ReleaseHoldDialogProps) {
  const [reason, setReason] = useState('');
  const release = useReleaseHold(hold.id);
  const toast = useToast();
  const submit = () => {
    release.mutate(
      { reason: reason.trim() },
      {
        onSuccess: () => {
          toast({ tone: 'good', title: t('Release asked for'), detail: t('A second person has to agree.') });
          onClose();
        },
      },
    );
  };
  const subject =
    hold.query !== null
      ? t('everything that its query reaches')
      : hold.recordingIds.length > 1
        ? plural(hold.recordingIds.length, { one: '{{count}} recording', other: '{{count}} recordings' })
        : t('the recording');
  return (
    <FormDialog
      title={t('Ask for the release of this hold?')}
      description={
        <Rich
          text="A second person has to agree. Then the hold for matter <m>{{matter}}</m> ends for {{subject}}, and after the grace of the rules, unless another hold is active, what is past its date can be destroyed for good."
          values={{ matter: matterName(hold.matter), subject }}
          parts={{ m: <strong className="font-semibold text-ink" /> }}
        />
      }
      ready={reason.trim() !== ''}
      pending={release.isPending}
      act={t('Ask for release')}
      acting={t('Asking…')}
      tone="danger"
      cancel={t('Keep the hold')}
      onSubmit={submit}
      onClose={onClose}
    >
      {release.isError && !namesField(release.error, ['reason']) && (
        <ProblemNotice error={release.error} title={t('The release was not asked for')} />
      )}
      <ReasonField
        hint={t('Why the hold is no longer needed. Read by auditors.')}
        value={reason}
        onValue={setReason}
        error={fieldError(release.error, 'reason')}
        longest={2000}
      />
    </FormDialog>
  );
}
