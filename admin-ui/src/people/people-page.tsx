import { useState } from 'react';
import { UserPlus, Users } from 'lucide-react';
import { usePeople } from '../api/people.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { MappingCard } from './mapping-card.tsx';
import { PEOPLE_COLUMNS } from './people-columns.tsx';

/** Who may sign in, with role and place, and who could once. */
export function PeoplePage() {
  const [hiring, setHiring] = useState(false);
  const { data, isPending, error, refetch } = usePeople();
  return (
    <>
      <PageHeader title={t('People')}>
        <ActButton
          act="person.manage"
          className="ml-auto"
          data-testid="hire"
          onClick={() => {
            setHiring(true);
          }}
        >
          <UserPlus aria-hidden /> {t('Hire…')}
        </ActButton>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The people could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Users />} title={t('Nobody yet')}>
              {t('People are hired here, or by events of an HR system: their place gives them their role.')}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('People by name, those who have left last')}
              columns={PEOPLE_COLUMNS}
              rows={data.items}
              rowId={(row) => row.id}
              linked
            />
          )}
        </div>
      )}
      <MappingCard />
      {hiring && (
        <ChangeDialog
          operation="hire"
          onClose={() => {
            setHiring(false);
          }}
        />
      )}
    </>
  );
}
