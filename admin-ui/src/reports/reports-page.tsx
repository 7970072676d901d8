import { useState } from 'react';
import { ClipboardCheck, FilePlus } from 'lucide-react';
import { useReports } from '../api/reports.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { CallsCard } from './calls-card.tsx';
import { FindingsCard } from './findings-card.tsx';
import { MakeReportDialog } from './make-report-dialog.tsx';
import { REPORTS_COLUMNS } from './reports-columns.tsx';

/** Compliance reports, what they found that is still open, and the comparison of calls with recordings. */
export function ReportsPage() {
  const { data, isPending, error, refetch } = useReports();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <PageHeader title={t('Reports')}>
        <div className="ml-auto">
          <ActButton
            act="report.make"
            size="small"
            data-testid="make-report"
            onClick={() => {
              setAsking(true);
            }}
          >
            <FilePlus aria-hidden /> {t('Make a report…')}
          </ActButton>
        </div>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={data === undefined ? t('The reports could not be loaded') : t('The list may be out of date')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<ClipboardCheck />} title={t('No reports yet')}>
              {t(
                'Three days after each quarter a report is made by itself: what was checked, what was found, and what could not be checked. You can ask for one of any time that is over.',
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Compliance reports, newest first')}
              columns={REPORTS_COLUMNS}
              rows={data.items}
              rowId={(row) => row.id}
              linked
            />
          )}
        </div>
      )}
      <FindingsCard />
      <CallsCard />
      {asking && (
        <MakeReportDialog
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}
