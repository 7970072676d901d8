import { useState } from 'react';
import { Bot, Plus } from 'lucide-react';
import { useServiceAccounts } from '../api/service-accounts.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { AccountCard } from './account-card.tsx';
import { AddAccountDialog } from './add-account-dialog.tsx';

/** Machines that use the API, and what they prove themselves by. */
export function ServiceTokensPage() {
  const [adding, setAdding] = useState(false);
  const { data, isPending, error, refetch } = useServiceAccounts();
  return (
    <>
      <PageHeader title={t('Service tokens')}>
        <ActButton
          act="service.manage"
          className="ml-auto"
          data-testid="add-service-account"
          onClick={() => {
            setAdding(true);
          }}
        >
          <Plus aria-hidden /> {t('Add an account…')}
        </ActButton>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The accounts of machines could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data?.items.length === 0 && (
        <div className="rounded-lg border border-line bg-surface">
          <EmptyState icon={<Bot />} title={t('No machine has an account')}>
            {t(
              'A program that uses the API gets an account here, and a token that may do what the program is for.',
            )}
          </EmptyState>
        </div>
      )}
      {data?.items.map((account) => (
        <AccountCard key={account.id} account={account} scopes={data.scopes} />
      ))}
      {adding && (
        <AddAccountDialog
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </>
  );
}
