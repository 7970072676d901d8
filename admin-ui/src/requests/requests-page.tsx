import { useState } from 'react';
import { Plus, UserSearch } from 'lucide-react';
import { useRequests } from '../api/requests.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { OpenRequestDialog } from './open-request-dialog.tsx';
import { REQUESTS_COLUMNS } from './requests-columns.tsx';

/** Requests of people, open ones first, those due first at the front. */
export function RequestsPage() {
  const { data, isPending, error, refetch } = useRequests();
  const [opening, setOpening] = useState(false);
  const mayManage = useMay('request.manage');
  return (
    <>
      <PageHeader title={t('Requests')}>
        {mayManage && (
          <Button
            tone="primary"
            data-testid="open-request"
            onClick={() => {
              setOpening(true);
            }}
          >
            <Plus aria-hidden /> {t('Open a request')}
          </Button>
        )}
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={
            data === undefined ? t('The requests could not be loaded') : t('The list may be out of date')
          }
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<UserSearch />} title={t('No requests yet')}>
              {t(
                'When a person asks for a copy of their calls, or to have them erased, open the request here. Its clocks run from its receipt, and what it is about is kept until it is answered.',
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Requests of people, open ones first')}
              columns={REQUESTS_COLUMNS}
              rows={data.items}
              rowId={(row) => row.id}
              linked
            />
          )}
        </div>
      )}
      {opening && (
        <OpenRequestDialog
          onClose={() => {
            setOpening(false);
          }}
        />
      )}
    </>
  );
}
