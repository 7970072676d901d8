import { Inbox, UserCheck } from 'lucide-react';
import type { ApprovalSummary } from '../../../hub/api/schemas/approval.ts';
import { useApprovals, useWaitingApprovals } from '../api/approvals.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { APPROVALS_COLUMNS } from './approvals-columns.tsx';
import { DelegationsCard } from './delegations-card.tsx';

/** What waits for the reader at the top, then everything that was ever asked, then lent rights. */
export function ApprovalsPage() {
  const mayRead = useMay('approval.read');
  const waiting = useWaitingApprovals();
  const all = useApprovals(mayRead);
  const rest = all.data?.items.filter(({ id }) => !isIn(waiting.data?.items, id)) ?? [];
  return (
    <>
      <PageHeader title={t('Approvals')} />
      <Card
        title={t('Waiting for you')}
        icon={<Inbox />}
        hint={t('Those due first; what you asked for yourself is not among them')}
        padded={false}
      >
        <List
          query={waiting}
          items={waiting.data?.items}
          caption={t('Approvals that wait for your decision, due first')}
          title={t('Nothing waits for you')}
        >
          {t('What one person must not do alone, such as releasing a hold, waits here for a second one.')}
        </List>
      </Card>
      {mayRead && (
        <Card title={t('All others')} icon={<UserCheck />} hint={t('Newest first')} padded={false}>
          <List
            query={all}
            items={rest}
            caption={t('All other approvals, newest first')}
            title={t('No others yet')}
          >
            {t('What was asked and decided stays here, with who decided, and why.')}
          </List>
        </Card>
      )}
      <DelegationsCard />
    </>
  );
}

interface ListProps {
  readonly query: { readonly isPending: boolean; readonly error: unknown; readonly refetch: () => unknown };
  readonly items: ApprovalSummary[] | undefined;
  readonly caption: string;
  readonly title: string;
  readonly children: string;
}

function List({ query, items, caption, title, children }: ListProps) {
  if (query.isPending) return <Skeleton className="m-4 h-20 rounded-lg" />;
  return (
    <>
      {query.error !== null && (
        <div className="p-4">
          <ProblemNotice
            error={query.error}
            title={t('The approvals could not be loaded')}
            onRetry={() => void query.refetch()}
          />
        </div>
      )}
      {items?.length === 0 && (
        <EmptyState icon={<Inbox />} title={title}>
          {children}
        </EmptyState>
      )}
      {items !== undefined && items.length > 0 && (
        <DataTable
          caption={caption}
          columns={APPROVALS_COLUMNS}
          rows={items}
          rowId={(row) => row.id}
          linked
        />
      )}
    </>
  );
}

function isIn(items: readonly ApprovalSummary[] | undefined, id: string): boolean {
  return items?.some((each) => each.id === id) === true;
}
