import { Flame, ScrollText } from 'lucide-react';
import { useCertificates, useDisposalRuns } from '../api/disposals.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { refusal, useMay } from '../session/use-may.ts';
import { useSession } from '../api/session.ts';
import { PlanCard } from './plan-card.tsx';
import { RunEntry } from './run-entry.tsx';

/** What will go, what waits for somebody to agree, and what has gone with its certificate. */
export function DisposalsPage() {
  const may = useMay('disposal.read');
  const { user } = useSession();
  return (
    <>
      <PageHeader title="Disposals" />
      {may ? (
        <>
          <PlanCard />
          <Runs />
          <Certificates />
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
      title="Runs"
      icon={<Flame />}
      hint="What each sweep found; those that wait come first."
      padded={false}
    >
      {error !== null && (
        <ProblemNotice error={error} title="The runs could not be loaded" onRetry={() => void refetch()} />
      )}
      {isPending && <Skeleton className="m-4 h-24 rounded-lg" />}
      {data?.items.length === 0 && (
        <EmptyState icon={<Flame />} title="Nothing was due yet">
          A sweep looks once a minute. What it may dispose of becomes a run; far more than on other days waits
          here until a second person agrees.
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

function Certificates() {
  const { data, error, refetch } = useCertificates();
  return (
    <Card title="Certificates" icon={<ScrollText />} hint="The newest 200.">
      {error !== null && (
        <ProblemNotice
          error={error}
          title="The certificates could not be loaded"
          onRetry={() => void refetch()}
        />
      )}
      {data?.items.length === 0 && (
        <p className="text-sm text-quiet">
          No disposal has ended yet. Each one ends with a certificate: by which rules, what was checked, and
          what every connected system answered.
        </p>
      )}
      <ul className="grid gap-2">
        {data?.items.map(({ recordingId, disposedAt, rules, approvedBy, completedAt }) => (
          <li key={recordingId} className="flex flex-wrap items-baseline gap-x-4 text-sm">
            <RecordingLinks ids={[recordingId]} first={1} />
            <Timestamp instant={disposedAt} exact />
            <span className="min-w-0 break-words text-quiet">{rules.join(', ')}</span>
            {approvedBy.length > 0 && <span>Agreed by {approvedBy.join(', ')}</span>}
            {completedAt !== null && <span className="text-quiet">Backups open nothing of it any more</span>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
