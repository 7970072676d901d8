import type { ReleasePlan } from '../../../hub/api/schemas/matter.ts';
import { useReleaseMatter, useReleasePlan } from '../api/matters.ts';
import { Fact, FactList } from '../components/fact-list.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { number, t } from '../i18n/t.ts';
import { MatterReasonDialog } from './matter-reason-dialog.tsx';

interface ReleaseDialogProps {
  readonly matterId: string;
  readonly onClose: () => void;
}

/** Shows what a release would free, asks for the reason, and asks a second person. */
export function ReleaseDialog({ matterId, onClose }: ReleaseDialogProps) {
  const mutation = useReleaseMatter(matterId);
  const { data: plan, error, isPending } = useReleasePlan(matterId);
  return (
    <MatterReasonDialog
      title={t('Ask for the release of this matter?')}
      description={t(
        'A second person has to agree. Then the grace of the rules runs, in which it can be taken back; after it the matter is closed.',
      )}
      act={t('Ask for release')}
      done={t('Release asked for')}
      mutation={mutation}
      onClose={onClose}
    >
      {isPending && <Skeleton className="h-24 rounded-lg" />}
      {error !== null && <ProblemNotice error={error} title={t('The plan could not be made')} />}
      {plan !== undefined && <Plan plan={plan} />}
    </MatterReasonDialog>
  );
}

/** What would be due, what stays, and why. */
function Plan({ plan }: { readonly plan: ReleasePlan }) {
  const least = (count: number) =>
    plan.complete ? number(count) : t('at least {{count}}', { count: number(count) });
  return (
    <div className="grid gap-2 rounded-md border border-line bg-ground p-3" data-testid="release-plan">
      <h3 className="text-sm font-medium">{t('What it would free, agreed to now')}</h3>
      <FactList>
        <Fact name={t('Grace until')}>
          <Timestamp instant={plan.graceEndsAt} />
        </Fact>
        <Fact name={t('Recordings under it')}>{least(plan.looked)}</Fact>
        <Fact name={t('Due for disposal then')}>{least(plan.due)}</Fact>
        <Fact name={t('Kept longer by the rules')}>{least(plan.keptLonger)}</Fact>
        <Fact name={t('Kept by other holds')}>{least(plan.heldByOthers)}</Fact>
      </FactList>
      {plan.sample.length > 0 && (
        <details>
          <summary className="py-1 text-xs text-quiet">{t('Some that would be due')}</summary>
          <RecordingLinks ids={plan.sample} first={5} />
        </details>
      )}
    </div>
  );
}
