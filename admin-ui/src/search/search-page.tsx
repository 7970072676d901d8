import { useState } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { Search, SearchX } from 'lucide-react';
import type { SearchPage as FoundPage } from '../../../hub/api/schemas/search.ts';
import { useSearchResults } from '../api/search.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { EngineNote } from './engine-note.tsx';
import { SearchResult } from './search-result.tsx';
import { MAX_WORDS_LENGTH, parseSearch, type SearchSearch } from './search-search.ts';

const route = getRouteApi('/signed-in/search');

/** Recordings by words, with the words marked; the built-in search or a connected engine answers. */
export function SearchPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onSearch = (next: SearchSearch) => {
    void navigate({ to: '/search', search: next });
  };
  return (
    <>
      <PageHeader title={t('Search')} />
      <SearchForm key={search.q} search={search} onSearch={onSearch} />
      {search.q === undefined ? (
        <EmptyState icon={<Search />} title={t('What are you looking for?')}>
          {t(
            'Names, numbers, addresses and ids of calls. Every word has to be found; numbers in any way of writing.',
          )}
        </EmptyState>
      ) : (
        <Results search={search} onSearch={onSearch} />
      )}
    </>
  );
}

interface SearchProps {
  readonly search: SearchSearch;
  readonly onSearch: (search: SearchSearch) => void;
}

/** Sent when it is complete and not with every key: each search is an entry of the ledger. */
function SearchForm({ search, onSearch }: SearchProps) {
  const [words, setWords] = useState(search.q ?? '');
  return (
    <form
      role="search"
      className="flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(parseSearch({ ...search, q: words }));
      }}
    >
      <Input
        type="search"
        aria-label={t('Words to search for')}
        placeholder={t('Name, number or id')}
        className="min-w-0 max-w-md grow"
        maxLength={MAX_WORDS_LENGTH}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
        }}
      />
      <Button type="submit">
        <Search aria-hidden /> {t('Search')}
      </Button>
    </form>
  );
}

function Results({ search, onSearch }: SearchProps) {
  const list = useSearchResults(search);
  if (list.isPending) return <Skeleton className="h-64 rounded-lg" />;
  const first = list.data?.pages[0];
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {list.isError && (
        <ProblemNotice
          error={list.error}
          title={t('Nothing could be searched')}
          onRetry={() => void list.refetch()}
        />
      )}
      {first !== undefined && (
        <>
          <div className="flex flex-wrap items-start justify-between gap-3">
            <EngineNote page={list.data?.pages.at(-1) ?? first} />
            {first.engines.length > 1 && <EngineChoice page={first} search={search} onSearch={onSearch} />}
          </div>
          <div className="overflow-hidden rounded-lg border border-line bg-surface">
            {items.length === 0 ? (
              <EmptyState icon={<SearchX />} title={t('Nothing was found')}>
                {t('Names of disposed recordings are destroyed and cannot be found.')}
              </EmptyState>
            ) : (
              <ul aria-label={t('Recordings that were found, newest first')} className="divide-y divide-line">
                {items.map((item) => (
                  <SearchResult key={item.recording.id} item={item} />
                ))}
              </ul>
            )}
          </div>
        </>
      )}
      {list.hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? t('Loading…') : t('Load more')}
        </Button>
      )}
    </>
  );
}

function EngineChoice({ page, search, onSearch }: SearchProps & { readonly page: FoundPage }) {
  return (
    <Select
      label={t('Search in')}
      value={search.in ?? page.engine.id}
      options={page.engines.map((engine) => ({ value: engine.id, label: engine.name }))}
      onValue={(value) => {
        onSearch({ ...search, in: value });
      }}
    />
  );
}
