import { useCallback } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { AudioLines, SearchX } from 'lucide-react';
import { useRecordings } from '../api/recordings.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { RECORDINGS_COLUMNS } from './recordings-columns.tsx';
import { RecordingsFilters } from './recordings-filters.tsx';
import { isFiltered } from './recordings-search.ts';
import type { RecordingsSearch } from './recordings-search.ts';

const route = getRouteApi('/signed-in/recordings');

/** The list of recordings, newest first, with search and filters. */
export function RecordingsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onSearch = useCallback(
    (next: RecordingsSearch) => {
      void navigate({ to: '/recordings', search: next, replace: true });
    },
    [navigate],
  );
  return (
    <>
      <PageHeader title="Recordings" />
      <RecordingsFilters search={search} onSearch={onSearch} />
      <RecordingsList search={search} />
    </>
  );
}

function RecordingsList({ search }: { readonly search: RecordingsSearch }) {
  const list = useRecordings(search);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const failed = list.isError && (
    <ProblemNotice
      error={list.error}
      title={rows.length > 0 ? 'The list may be out of date' : 'The recordings could not be loaded'}
      onRetry={() => void list.refetch()}
    />
  );
  if (list.isPending) return <LoadingRows />;
  if (list.data === undefined) return failed;
  return (
    <>
      {failed}
      <div
        aria-busy={list.isPlaceholderData}
        className="overflow-hidden rounded-lg border border-line bg-surface aria-busy:opacity-60"
      >
        {rows.length === 0 ? (
          <NothingHere filtered={isFiltered(search)} />
        ) : (
          <DataTable
            caption="Recordings, newest first"
            columns={RECORDINGS_COLUMNS}
            rows={rows}
            rowId={(row) => row.id}
            linked
          />
        )}
      </div>
      <div className="flex items-center gap-3 text-xs text-quiet">
        {list.hasNextPage && (
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
          </Button>
        )}
        {rows.length > 0 && (
          <p role="status">
            {String(rows.length)} shown{list.hasNextPage ? ', more are there' : ''}
          </p>
        )}
      </div>
    </>
  );
}

function NothingHere({ filtered }: { readonly filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyState icon={<SearchX />} title="No recording matches">
        Search looks in names, addresses and ids. Names of disposed recordings are destroyed and cannot be
        found.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<AudioLines />} title="No recordings yet">
      The first call that reaches the recorder appears here by itself. To place a sample call, run{' '}
      <code className="rounded bg-sunken px-1 font-mono text-ink">holdfast call</code>.
    </EmptyState>
  );
}

function LoadingRows() {
  return (
    <div aria-busy className="divide-y divide-line rounded-lg border border-line bg-surface">
      <span role="status" className="sr-only">
        Loading recordings
      </span>
      {Array.from({ length: 8 }, (_, row) => (
        <div key={row} className="flex items-center gap-6 px-4 py-3.5">
          <Skeleton className="w-32" />
          <Skeleton className="w-1/3 grow" />
          <Skeleton className="w-16" />
        </div>
      ))}
    </div>
  );
}
