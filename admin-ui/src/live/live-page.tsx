import { useMemo, useState } from 'react';
import { RadioTower } from 'lucide-react';
import type { LiveCall } from '../../../hub/api/schemas/live.ts';
import { useLiveCalls } from '../api/live.ts';
import type { Verb } from '../api/live.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { AlertsCard } from './alerts-card.tsx';
import { AskDialog } from './ask-dialog.tsx';
import { liveColumns } from './live-columns.tsx';
import { ObjectStoreCard } from './object-store-card.tsx';
import { RecordersCard } from './recorders-card.tsx';
import { plural, t } from '../i18n/t.ts';

/** What the recorders are doing now, and what can be asked of them. */
export function LivePage() {
  return (
    <>
      <PageHeader title={t('Live calls')} />
      <RecordersCard />
      <CallsInProgress />
      <AlertsCard />
      <ObjectStoreCard />
    </>
  );
}

function CallsInProgress() {
  const { data, isPending, error, refetch } = useLiveCalls();
  const [asked, setAsked] = useState<{ readonly verb: Verb; readonly call: LiveCall }>();
  const columns = useMemo(
    () =>
      liveColumns((verb, call) => {
        setAsked({ verb, call });
      }),
    [],
  );
  if (isPending) return <Skeleton className="h-40 rounded-lg" />;
  const failed = error !== null && (
    <ProblemNotice
      error={error}
      title={data === undefined ? t('The calls could not be loaded') : t('What is shown may be out of date')}
      onRetry={() => void refetch()}
    />
  );
  if (data === undefined) return failed;
  return (
    <>
      {failed}
      <p role="status" className="text-sm text-quiet">
        {plural(data.items.length, {
          one: '{{count}} call in progress',
          other: '{{count}} calls in progress',
        })}
      </p>
      <div
        tabIndex={0}
        role="group"
        aria-label={t('Calls in progress, scrollable')}
        className="overflow-x-auto rounded-lg border border-line bg-surface"
      >
        {data.items.length === 0 ? (
          <EmptyState icon={<RadioTower />} title={t('No call is in progress')}>
            {t(
              'Calls appear here within seconds. They are named by their recording; who talks stands in the recording, once it is sealed.',
            )}
          </EmptyState>
        ) : (
          <DataTable
            caption={t('Calls in progress, those with alerts first')}
            columns={columns}
            rows={data.items}
            rowId={(row) => row.recordingId}
          />
        )}
      </div>
      {asked !== undefined && (
        <AskDialog
          verb={asked.verb}
          subject={asked.call.recordingId}
          onClose={() => {
            setAsked(undefined);
          }}
        />
      )}
    </>
  );
}
