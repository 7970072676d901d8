import { useEffect, useState } from 'react';
import { Search, X } from 'lucide-react';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';
import { filterInWords } from './facet-words.ts';
import { MAX_QUERY_LENGTH, filtersOf, looksOf, withFilter } from './recordings-search.ts';
import type { RecordingsSearch } from './recordings-search.ts';

const SETTLE_MS = 250;

interface FiltersProps {
  readonly search: RecordingsSearch;
  readonly onSearch: (search: RecordingsSearch) => void;
}

/** The words that are searched for, and every filter that is set, each with the way to take it away. */
export function RecordingsFilters({ search, onSearch }: FiltersProps) {
  const chosen = filtersOf(search).filter((name) => name !== 'q');
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <SearchBox
        value={search.q ?? ''}
        onValue={(text) => {
          onSearch(withFilter(search, 'q', text));
        }}
      />
      {chosen.map((name) => (
        <Button
          key={name}
          size="small"
          className="max-w-64 bg-accent-soft"
          title={t('Take this filter away')}
          onClick={() => {
            onSearch(withFilter(search, name, undefined));
          }}
        >
          <span className="truncate">{filterInWords(search, name)}</span> <X aria-hidden />
        </Button>
      ))}
      {filtersOf(search).length > 0 && (
        <Button
          tone="quiet"
          onClick={() => {
            onSearch(looksOf(search));
          }}
        >
          <X aria-hidden /> {t('Clear')}
        </Button>
      )}
    </div>
  );
}

/** Waits until typing rests before it searches; follows the URL when that changes by other means. */
function SearchBox({
  value,
  onValue,
}: {
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const [sent, setSent] = useState(value);
  const [followed, setFollowed] = useState(value);
  if (followed !== value) {
    setFollowed(value);
    // What this box sent itself comes back late; by then more may have been typed, which must not be lost.
    if (value !== sent) {
      setSent(value);
      setText(value);
    }
  }
  useEffect(() => {
    if (text.trim() === sent.trim()) return undefined;
    const timer = setTimeout(() => {
      setSent(text);
      onValue(text);
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [text, sent, onValue]);
  return (
    <div className="relative w-full sm:w-auto sm:max-w-md sm:min-w-56 sm:grow">
      <Search aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-quiet" />
      <Input
        type="search"
        role="searchbox"
        aria-label={t('Search recordings')}
        placeholder={t('Name, number, address or id')}
        maxLength={MAX_QUERY_LENGTH}
        className="pl-9"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
        }}
      />
    </div>
  );
}
