import { useState } from 'react';
import { Search, X } from 'lucide-react';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { ACT_GROUPS, parseAuditSearch } from './audit-search.ts';
import type { ActGroup, AuditSearch } from './audit-search.ts';

const ANY = 'any';
const OPTIONS = [
  { value: ANY, label: 'Any act' },
  ...(Object.keys(ACT_GROUPS) as ActGroup[]).map((value) => ({ value, label: ACT_GROUPS[value].label })),
] as const;

interface FiltersProps {
  readonly search: AuditSearch;
  readonly onSearch: (search: AuditSearch) => void;
}

/** What is looked for. Sent when it is complete and not with every key: each search is an entry of the ledger itself. */
export function AuditFilters({ search, onSearch }: FiltersProps) {
  const [fields, setFields] = useState(search);
  const [followed, setFollowed] = useState(search);
  if (followed !== search) {
    setFollowed(search);
    setFields(search);
  }
  const set = (name: keyof AuditSearch) => (value: string) => {
    setFields((before) => ({ ...before, [name]: value }));
  };
  return (
    <form
      role="search"
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(parseAuditSearch({ ...fields }));
      }}
    >
      <Text label="Who" placeholder="Name, id" value={fields.actor ?? ''} onValue={set('actor')} />
      <Text label="About" placeholder="Id, kind" value={fields.object ?? ''} onValue={set('object')} />
      <Select
        label="Acts"
        value={fields.group ?? ANY}
        options={OPTIONS}
        className="max-sm:flex-1"
        onValue={(chosen) => {
          onSearch(parseAuditSearch({ ...fields, group: chosen }));
        }}
      />
      <Day label="From" value={fields.from ?? ''} onValue={set('from')} />
      <Day label="To" value={fields.to ?? ''} onValue={set('to')} />
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

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function Text({ label, value, onValue, placeholder }: FieldProps & { readonly placeholder: string }) {
  return (
    <Input
      type="search"
      aria-label={label}
      placeholder={`${label}: ${placeholder.charAt(0).toLowerCase()}${placeholder.slice(1)}`}
      maxLength={200}
      className="sm:w-auto sm:min-w-36 sm:grow sm:basis-36"
      value={value}
      onChange={(event) => {
        onValue(event.target.value);
      }}
    />
  );
}

function Day({ label, value, onValue }: FieldProps) {
  return (
    <label className="flex items-center gap-1.5 text-xs text-quiet">
      {label}
      <Input
        type="date"
        className="w-auto"
        value={value}
        onChange={(event) => {
          onValue(event.target.value);
        }}
      />
    </label>
  );
}
