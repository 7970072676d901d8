import type { Release } from '../../../hub/api/schemas/matter.ts';
import { useTakeBack } from '../api/matters.ts';
import { t } from '../i18n/t.ts';
import { MatterReasonDialog } from './matter-reason-dialog.tsx';

interface TakeBackDialogProps {
  readonly matterId: string;
  readonly release: Release;
  readonly onClose: () => void;
}

/** Takes a release back while it waits or is in its grace. */
export function TakeBackDialog({ matterId, release, onClose }: TakeBackDialogProps) {
  const mutation = useTakeBack(matterId, release.id);
  return (
    <MatterReasonDialog
      title={t('Take this release back?')}
      description={t('Its holds are in force again, as if it had never been asked for.')}
      act={t('Take back')}
      done={t('Release taken back')}
      mutation={mutation}
      onClose={onClose}
    />
  );
}
