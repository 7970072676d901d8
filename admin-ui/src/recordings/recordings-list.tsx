import { useMemo } from 'react';
import { AudioLines, SearchX } from 'lucide-react';
import { useRecordingFacets, useRecordings } from '../api/recordings.ts';
import { DataTable } from '../components/data-table.tsx';
import type { TableOrder } from '../components/order-button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { Rich } from '../i18n/rich.tsx';
import { number, t } from '../i18n/t.ts';
import { totalInWords } from './facet-words.ts';
import { RECORDINGS_COLUMNS } from './recordings-columns.tsx';
import { USUAL_SORT, hiddenColumns, isFiltered, sortOf, sortedBy } from './recordings-search.ts';
import type { RecordingsSearch, Sort } from './recordings-search.ts';

/** The columns that order the list, and how they do at first. */
const ORDERS: Readonly<Record<string, Sort>> = {
  when: '-startedAt',
  durationMs: '-durationMs',
  kept: 'keptUntil',
};

interface ListProps {
  readonly search: RecordingsSearch;
  readonly onSearch: (search: RecordingsSearch) => void;
}

/** What the search finds, in its order; the next page is read when the end of the last one comes into sight. */
export function RecordingsList({ search, onSearch }: ListProps) {
  const list = useRecordings(search);
  const pages = list.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const failed = list.isError && (
    <ProblemNotice
      error={list.error}
      title={rows.length > 0 ? t('The list may be out of date') : t('The recordings could not be loaded')}
      onRetry={() => void list.refetch()}
    />
  );
  if (list.isPending) return <LoadingRows />;
  if (list.data === undefined) return failed;
  const more = () => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  };
  return (
    <div className="grid min-w-0 gap-3">
      {failed}
      <div
        aria-busy={list.isPlaceholderData}
        className="overflow-hidden rounded-lg border border-line bg-surface aria-busy:opacity-60"
      >
        {rows.length === 0 ? (
          <NothingHere filtered={isFiltered(search)} />
        ) : (
          <DataTable
            caption={captionOf(search)}
            columns={RECORDINGS_COLUMNS}
            rows={rows}
            rowId={(row) => row.id}
            hidden={hiddenColumns(search)}
            footer={false}
            onEnd={more}
            order={orderOf(search, onSearch)}
            linked
          />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-3 text-xs text-quiet">
        {list.hasNextPage && (
          <Button disabled={list.isFetchingNextPage} onClick={more}>
            {list.isFetchingNextPage ? t('Loading…') : t('Load more')}
          </Button>
        )}
        {rows.length > 0 && <Shown rows={rows.length} search={search} />}
      </div>
    </div>
  );
}

function captionOf(search: RecordingsSearch): string {
  return sortOf(search) === USUAL_SORT ? t('Recordings, newest first') : t('Recordings, in the order chosen');
}

function orderOf(search: RecordingsSearch, onSearch: ListProps['onSearch']): TableOrder {
  const sort = sortOf(search);
  const columns = Object.keys(ORDERS);
  return {
    columns,
    by: columns.find((column) => ORDERS[column]?.replace('-', '') === sort.replace('-', '')) ?? '',
    descending: sort.startsWith('-'),
    onPress: (column) => {
      onSearch(sortedBy(search, ORDERS[column] ?? USUAL_SORT));
    },
  };
}

function Shown({ rows, search }: { readonly rows: number; readonly search: RecordingsSearch }) {
  const { data } = useRecordingFacets(search);
  return (
    <p role="status" className="tabular-nums">
      {t('{{rows}} shown', { rows: number(rows) })}
      {data !== undefined && <span> · {totalInWords(data)}</span>}
    </p>
  );
}

function NothingHere({ filtered }: { readonly filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyState icon={<SearchX />} title={t('No recording matches')}>
        {t(
          'Search looks in names, addresses and ids. Names of disposed recordings are destroyed and cannot be found.',
        )}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<AudioLines />} title={t('No recordings yet')}>
      <Rich
        text="The first call that reaches the recorder appears here by itself. To place a sample call, run <c>holdfast call</c>."
        parts={{ c: <code className="rounded bg-sunken px-1 font-mono text-ink" /> }}
      />
    </EmptyState>
  );
}

function LoadingRows() {
  return (
    <div aria-busy className="divide-y divide-line rounded-lg border border-line bg-surface">
      <span role="status" className="sr-only">
        {t('Loading recordings')}
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
