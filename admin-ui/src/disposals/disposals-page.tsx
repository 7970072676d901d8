import { Flame } from 'lucide-react';
import { useDisposalRuns } from '../api/disposals.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { refusal, useMay } from '../session/use-may.ts';
import { useSession } from '../api/session.ts';
import { CertificatesCard } from './certificates-card.tsx';
import { PlanCard } from './plan-card.tsx';
import { RunEntry } from './run-entry.tsx';

/** What will go, what waits for somebody to agree, and what has gone with its certificate. */
export function DisposalsPage() {
  const may = useMay('disposal.read');
  const { user } = useSession();
  return (
    <>
      <PageHeader title={t('Disposals')} />
      {may ? (
        <>
          <PlanCard />
          <Runs />
          <CertificatesCard />
        </>
      ) : (
        <p className="text-sm text-quiet">{refusal(user.role, 'disposal.read')}</p>
      )}
    </>
  );
}

function Runs() {
  const { data, error, isPending, refetch } = useDisposalRuns();
  const waiting = data?.items.filter(({ state }) => state === 'waiting' || state === 'refused') ?? [];
  const rest = data?.items.filter((run) => !waiting.includes(run)) ?? [];
  return (
    <Card
      title={t('Runs')}
      icon={<Flame />}
      hint={t('What each sweep found; those that wait come first.')}
      padded={false}
    >
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The runs could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="m-4 h-24 rounded-lg" />}
      {data?.items.length === 0 && (
        <EmptyState icon={<Flame />} title={t('Nothing was due yet')}>
          {t(
            'A sweep looks once a minute. What it may dispose of becomes a run; far more than on other days waits here until a second person agrees.',
          )}
        </EmptyState>
      )}
      <ul className="divide-y divide-line">
        {[...waiting, ...rest].map((run) => (
          <RunEntry key={run.id} run={run} />
        ))}
      </ul>
    </Card>
  );
}
