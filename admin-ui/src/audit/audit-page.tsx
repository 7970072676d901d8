import { useCallback } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { FileDown, ScrollText, SearchX } from 'lucide-react';
import type { LedgerEntry } from '../../../hub/api/schemas/ledger.ts';
import { ledgerCsv, useLedger } from '../api/ledger.ts';
import { useSession } from '../api/session.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { shortId } from '../format/short-id.ts';
import { CustodyItem } from '../recording/custody-entry.tsx';
import { refusal, useMay } from '../session/use-may.ts';
import { AuditFilters } from './audit-filters.tsx';
import type { AuditSearch } from './audit-search.ts';
import { t } from '../i18n/t.ts';

const route = getRouteApi('/signed-in/audit');

/** The ledger: who did what to what and when, each entry with its proof. */
export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay('ledger.read');
  const { user } = useSession();
  const onSearch = useCallback(
    (next: AuditSearch) => {
      void navigate({ to: '/audit', search: next, replace: true });
    },
    [navigate],
  );
  return (
    <>
      <PageHeader title={t('Audit')}>
        {may && (
          <Button asChild size="small" className="ml-auto">
            <a href={ledgerCsv(search)} download="holdfast-ledger.csv">
              <FileDown aria-hidden /> {t('Export as CSV')}
            </a>
          </Button>
        )}
      </PageHeader>
      {may ? (
        <>
          <AuditFilters search={search} onSearch={onSearch} />
          <Entries search={search} />
        </>
      ) : (
        <p className="text-sm text-quiet">{refusal(user.role, 'ledger.read')}</p>
      )}
    </>
  );
}

function Entries({ search }: { readonly search: AuditSearch }) {
  const list = useLedger(search);
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? [];
  if (list.isPending) return <Skeleton className="h-64 rounded-lg" />;
  return (
    <>
      {list.isError && (
        <ProblemNotice
          error={list.error}
          title={t('The ledger could not be read')}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.data !== undefined && (
        <div
          aria-busy={list.isPlaceholderData}
          className="rounded-lg border border-line bg-surface aria-busy:opacity-60"
        >
          {entries.length === 0 ? (
            <EmptyState
              icon={Object.keys(search).length === 0 ? <ScrollText /> : <SearchX />}
              title={t('No entry matches')}
            >
              {t('Names are matched as a whole. Whoever was erased is not found by name any more.')}
            </EmptyState>
          ) : (
            <ol className="relative p-3 before:absolute before:top-8 before:bottom-8 before:left-[1.21875rem] before:w-px before:bg-line-strong">
              {entries.map((entry) => (
                <CustodyItem key={entry.index} entry={entry} about={<About entry={entry} />} />
              ))}
            </ol>
          )}
        </div>
      )}
      {list.hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? t('Loading…') : t('Earlier entries')}
        </Button>
      )}
    </>
  );
}

/** What an entry is about; a link where it has a screen. */
function About({ entry: { object } }: { readonly entry: LedgerEntry }) {
  const look = 'inline-flex min-h-6 items-center text-accent tabular-nums underline underline-offset-2';
  const name = `${object.type.replaceAll('-', ' ')} ${shortId(object.id)}`;
  if (object.type === 'recording') {
    return (
      <Link to="/recordings/$id" params={{ id: object.id }} className={look}>
        {name}
      </Link>
    );
  }
  if (object.type === 'export') {
    return (
      <Link to="/exports/$id" params={{ id: object.id }} className={look}>
        {name}
      </Link>
    );
  }
  return (
    <span title={object.id} className="break-all">
      {name}
    </span>
  );
}
