import { Link } from '@tanstack/react-router';
import { GitCompareArrows } from 'lucide-react';
import { useComparisons, useConnectionAct, type ConnectionComparison } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { ActButton } from '../session/act-button.tsx';

const DIFFERENCES = {
  missing: 'are not there',
  older: 'are there as they were earlier',
  newer: 'are there newer than here: was this side restored from a backup?',
  extra: 'are there and should not be',
  unknown: 'are there and were never heard of here',
} as const;

/** Whether the other side holds what it is to hold, item by item. */
export function ComparisonsCard({ connectionId }: { readonly connectionId: string }) {
  const ask = useConnectionAct<ConnectionComparison>(connectionId, 'comparisons');
  const items = useComparisons(connectionId).data?.items ?? [];
  const running = items[0]?.state === 'running';
  const start = (repairs: boolean) => () => {
    if (!ask.isPending && !running) ask.mutate({ repairs });
  };
  return (
    <Card
      title="Is everything there?"
      icon={<GitCompareArrows />}
      actions={
        <>
          <ActButton act="connection.manage" size="small" data-testid="compare" onClick={start(false)}>
            {running ? 'Comparing…' : 'Compare'}
          </ActButton>
          {hasDifference(items[0]) && (
            <ActButton act="connection.manage" size="small" onClick={start(true)}>
              Put it right
            </ActButton>
          )}
        </>
      }
    >
      <div className="grid gap-3 text-sm">
        {ask.isError && <ProblemNotice error={ask.error} title="Nothing was compared" />}
        {items.length === 0 && (
          <p className="text-quiet">
            A comparison reads everything that the other side holds and tells what is missing, out of date, or
            should not be there.
          </p>
        )}
        {items.slice(0, 5).map((one) => (
          <Result key={one.id} comparison={one} />
        ))}
      </div>
    </Card>
  );
}

function hasDifference(one: ConnectionComparison | undefined): boolean {
  return one?.counts != null && one.counts.missing + one.counts.older + one.counts.extra > 0;
}

function Result({ comparison }: { readonly comparison: ConnectionComparison }) {
  const { askedAt, state, counts, examples, error, repairs } = comparison;
  const found = Object.entries(DIFFERENCES).filter(
    ([kind]) => (counts?.[kind as keyof typeof DIFFERENCES] ?? 0) > 0,
  );
  return (
    <div className="grid gap-1">
      <span className="flex flex-wrap items-center gap-2">
        <Timestamp instant={askedAt} exact className="text-quiet" />
        {state === 'running' && <Badge tone="info">Running</Badge>}
        {state === 'failed' && <Badge tone="bad">Failed</Badge>}
        {counts !== null &&
          (found.length === 0 ? (
            <Badge tone="good">All {counts.same.toLocaleString('en')} as they should be</Badge>
          ) : (
            <Badge tone="warn">{counts.same.toLocaleString('en')} as they should be</Badge>
          ))}
        {counts !== null && counts.waiting > 0 && <Badge>{counts.waiting} on their way</Badge>}
        {repairs && <Badge tone="info">Differences queued</Badge>}
      </span>
      {error !== null && <span className="break-words text-bad">{error}</span>}
      {found.map(([kind, words]) => (
        <span key={kind} className="flex flex-wrap items-center gap-x-2">
          {counts?.[kind as keyof typeof DIFFERENCES].toLocaleString('en')} {words}
          {(examples?.[kind] ?? []).slice(0, 3).map((id) => (
            <Link key={id} to="/recordings/$id" params={{ id }} className="underline underline-offset-2">
              <code className="text-xs">{id.slice(0, 13)}…</code>
            </Link>
          ))}
        </span>
      ))}
    </div>
  );
}
