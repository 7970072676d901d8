import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { Siren } from 'lucide-react';
import { useIncidents } from '../api/incidents.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { INCIDENTS_COLUMNS } from './incidents-columns.tsx';
import { ReportDialog } from './report-dialog.tsx';

/** All incidents, those that are not closed at the top, with the clock that is due next. */
export function IncidentsPage() {
  const [reporting, setReporting] = useState(false);
  const { data, isPending, error, refetch } = useIncidents();
  return (
    <>
      <PageHeader title={t('Incidents')}>
        <Link to="/incident-levels" className="text-sm text-accent hover:underline">
          {t('Who is called')}
        </Link>
        <ActButton
          act="incident.manage"
          onClick={() => {
            setReporting(true);
          }}
        >
          <Siren aria-hidden /> {t('Report an incident')}
        </ActButton>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={
            data === undefined ? t('The incidents could not be loaded') : t('The list may be out of date')
          }
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Siren />} title={t('No incidents')}>
              {t(
                'Holdfast opens one by itself when the ledger, a store or a stored part is not what it was. People report everything else. Each freezes its evidence, runs the clocks of the law and ends with what was learned.',
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Incidents: those that are not closed, then the others, newest first')}
              columns={INCIDENTS_COLUMNS}
              rows={data.items}
              rowId={(row) => row.id}
              linked
            />
          )}
        </div>
      )}
      {reporting && (
        <ReportDialog
          onClose={() => {
            setReporting(false);
          }}
        />
      )}
    </>
  );
}
