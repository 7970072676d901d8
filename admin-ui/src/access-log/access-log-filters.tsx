import { useState } from 'react';
import { Search, X } from 'lucide-react';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { parseAccessLogSearch, type AccessLogSearch } from './access-log-search.ts';

const ANY = 'any';
const OUTCOMES = [
  { value: ANY, label: 'Any outcome' },
  { value: 'allowed', label: 'Allowed' },
  { value: 'refused', label: 'Refused' },
] as const;
const TEXTS = [
  ['person', 'Who: name, id'],
  ['object', 'About: id, kind'],
  ['act', 'Act: recording.play'],
  ['policy', 'Policy: wall/hr'],
] as const;

interface FiltersProps {
  readonly search: AccessLogSearch;
  readonly onSearch: (search: AccessLogSearch) => void;
}

/** What is looked for. Sent when it is complete and not with every key: each search is an access itself. */
export function AccessLogFilters({ search, onSearch }: FiltersProps) {
  const [fields, setFields] = useState(search);
  const [followed, setFollowed] = useState(search);
  if (followed !== search) {
    setFollowed(search);
    setFields(search);
  }
  const set = (name: keyof AccessLogSearch) => (event: { target: { value: string } }) => {
    setFields((before) => ({ ...before, [name]: event.target.value }));
  };
  return (
    <form
      role="search"
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(parseAccessLogSearch({ ...fields }));
      }}
    >
      {TEXTS.map(([name, label]) => (
        <Input
          key={name}
          type="search"
          aria-label={label}
          placeholder={label}
          maxLength={200}
          className="sm:w-auto sm:min-w-36 sm:grow sm:basis-36"
          value={fields[name] ?? ''}
          onChange={set(name)}
        />
      ))}
      <Select
        label="Outcome"
        value={fields.outcome ?? ANY}
        options={OUTCOMES}
        className="max-sm:flex-1"
        onValue={(outcome) => {
          onSearch(parseAccessLogSearch({ ...fields, outcome }));
        }}
      />
      {(['from', 'to'] as const).map((name) => (
        <label key={name} className="flex items-center gap-1.5 text-xs text-quiet">
          {name === 'from' ? 'From' : 'To'}
          <Input type="date" className="w-auto" value={fields[name] ?? ''} onChange={set(name)} />
        </label>
      ))}
      <Button tone="primary" type="submit">
        <Search aria-hidden /> Search
      </Button>
      {Object.keys(search).length > 0 && (
        <Button
          tone="quiet"
          onClick={() => {
            onSearch({});
          }}
        >
          <X aria-hidden /> Clear
        </Button>
      )}
    </form>
  );
}
