import { useEffect, useState } from 'react';
import { Search, X } from 'lucide-react';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { codeInWords } from '../format/words.ts';
import { MAX_QUERY_LENGTH, RECORDING_STATES, isFiltered } from './recordings-search.ts';
import type { RecordingsSearch } from './recordings-search.ts';

const SETTLE_MS = 250;
const ANY = 'any';
const STATE_OPTIONS = [
  { value: ANY, label: 'Any state' },
  ...RECORDING_STATES.map((state) => ({ value: state, label: codeInWords(state) })),
] as const;
const HELD_OPTIONS = [
  { value: ANY, label: 'Held or not' },
  { value: 'true', label: 'Held' },
  { value: 'false', label: 'Not held' },
] as const;

interface FiltersProps {
  readonly search: RecordingsSearch;
  readonly onSearch: (search: RecordingsSearch) => void;
}

/** Search and filters of the list; they live in the URL, and this only shows and changes them. */
export function RecordingsFilters({ search, onSearch }: FiltersProps) {
  const { q, state, held } = search;
  return (
    <div role="search" className="flex flex-wrap gap-2">
      <SearchBox
        value={q ?? ''}
        onValue={(text) => {
          onSearch({ ...without(search, 'q'), ...(text.trim() === '' ? {} : { q: text }) });
        }}
      />
      <Select
        label="State"
        value={state ?? ANY}
        options={STATE_OPTIONS}
        className="max-sm:flex-1"
        onValue={(chosen) => {
          onSearch({ ...without(search, 'state'), ...(chosen === ANY ? {} : { state: chosen }) });
        }}
      />
      <Select
        label="Holds"
        value={held ?? ANY}
        options={HELD_OPTIONS}
        className="max-sm:flex-1"
        onValue={(chosen) => {
          onSearch({ ...without(search, 'held'), ...(chosen === ANY ? {} : { held: chosen }) });
        }}
      />
      {isFiltered(search) && (
        <Button
          tone="quiet"
          onClick={() => {
            onSearch({});
          }}
        >
          <X aria-hidden /> Clear
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
        aria-label="Search recordings"
        placeholder="Name, number, address or id"
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

function without<Name extends keyof RecordingsSearch>(search: RecordingsSearch, name: Name) {
  const { [name]: _removed, ...rest } = search;
  return rest;
}
