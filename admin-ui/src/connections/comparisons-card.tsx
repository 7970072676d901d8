import { Link } from '@tanstack/react-router';
import { GitCompareArrows } from 'lucide-react';
import { useComparisons, useConnectionAct, type ConnectionComparison } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { number, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { REBUILD_DUE } from './connection-words.ts';

const DIFFERENCES = {
  missing: t('are not there'),
  older: t('are there as they were earlier'),
  newer: t('are there newer than here: was this side restored from a backup?'),
  extra: t('are there and should not be'),
  unknown: t('are there and were never heard of here'),
} as const;

/** Whether the other side holds what it is to hold, item by item. */
export function ComparisonsCard({
  connectionId,
  rebuilds,
  rebuildDueSince,
}: {
  readonly connectionId: string;
  /** Whether a new copy can be filled and put in the place of the old one. */
  readonly rebuilds: boolean;
  /** Since when what was sent before lacks what is written now; null where it does not, or nothing is known of it. */
  readonly rebuildDueSince: string | null;
}) {
  const ask = useConnectionAct<ConnectionComparison>(connectionId, 'comparisons');
  const items = useComparisons(connectionId).data?.items ?? [];
  const running = items[0]?.state === 'running';
  const start = (wish: { repairs?: boolean; rebuilds?: boolean }) => () => {
    if (!ask.isPending && !running) ask.mutate(wish);
  };
  return (
    <Card
      title={t('Is everything there?')}
      icon={<GitCompareArrows />}
      actions={
        <>
          <ActButton act="connection.manage" size="small" data-testid="compare" onClick={start({})}>
            {running ? t('Comparing…') : t('Compare')}
          </ActButton>
          {hasDifference(items[0]) && (
            <ActButton act="connection.manage" size="small" onClick={start({ repairs: true })}>
              {t('Put it right')}
            </ActButton>
          )}
          {rebuilds && (
            <ActButton
              act="connection.manage"
              size="small"
              title={t(
                'Fills a new index beside the one in use until both sides agree, and puts it in its place.',
              )}
              onClick={start({ rebuilds: true })}
            >
              {t('Rebuild the index')}
            </ActButton>
          )}
        </>
      }
    >
      <div className="grid gap-3 text-sm">
        {rebuildDueSince !== null && (
          <p className="flex flex-wrap items-center gap-2" data-testid="rebuild-due">
            <Badge tone="warn">{t('Rebuild')}</Badge>
            {REBUILD_DUE} <Timestamp instant={rebuildDueSince} className="text-quiet" />
          </p>
        )}
        {ask.isError && <ProblemNotice error={ask.error} title={t('Nothing was compared')} />}
        {items.length === 0 && (
          <p className="text-quiet">
            {t(
              'A comparison reads everything that the other side holds and tells what is missing, out of date, or should not be there.',
            )}
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
  const { askedAt, state, counts, examples, error, repairs, rebuilds } = comparison;
  const found = Object.entries(DIFFERENCES).filter(
    ([kind]) => (counts?.[kind as keyof typeof DIFFERENCES] ?? 0) > 0,
  );
  return (
    <div className="grid gap-1">
      <span className="flex flex-wrap items-center gap-2">
        <Timestamp instant={askedAt} exact className="text-quiet" />
        {state === 'running' && <Badge tone="info">{t('Running')}</Badge>}
        {state === 'failed' && <Badge tone="bad">{t('Failed')}</Badge>}
        {counts !== null &&
          (found.length === 0 ? (
            <Badge tone="good">{t('All {{count}} as they should be', { count: number(counts.same) })}</Badge>
          ) : (
            <Badge tone="warn">{t('{{count}} as they should be', { count: number(counts.same) })}</Badge>
          ))}
        {counts !== null && counts.waiting > 0 && (
          <Badge>{t('{{count}} on their way', { count: number(counts.waiting) })}</Badge>
        )}
        {rebuilds && (
          <Badge tone="info">{state === 'done' ? t('Index rebuilt') : t('Rebuilding the index')}</Badge>
        )}
        {repairs && <Badge tone="info">{t('Differences queued')}</Badge>}
      </span>
      {error !== null && <span className="break-words text-bad">{error}</span>}
      {found.map(([kind, words]) => (
        <span key={kind} className="flex flex-wrap items-center gap-x-2">
          {number(counts?.[kind as keyof typeof DIFFERENCES] ?? 0)} {words}
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
