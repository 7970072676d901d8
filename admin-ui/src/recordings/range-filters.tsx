import { useState } from 'react';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { SPAN_WORDS } from './facet-words.ts';
import { SPANS, parseRecordingsSearch, withFilter } from './recordings-search.ts';
import type { RecordingsSearch, SearchName, Span } from './recordings-search.ts';

const ANY = 'any';
const SPAN_OPTIONS = [
  { value: ANY, label: t('Any time') },
  ...(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: SPAN_WORDS[value] })),
];
const FIELDS: readonly {
  readonly name: SearchName;
  readonly label: string;
  readonly type: 'text' | 'date' | 'number';
  readonly hint?: string;
}[] = [
  { name: 'from', label: t('From'), type: 'date' },
  { name: 'to', label: t('To'), type: 'date' },
  { name: 'party', label: t('Party'), type: 'text', hint: t('Name, number or address') },
  { name: 'minSeconds', label: t('At least, in seconds'), type: 'number' },
  { name: 'maxSeconds', label: t('At most, in seconds'), type: 'number' },
  { name: 'keptFrom', label: t('Kept until, from'), type: 'date' },
  { name: 'keptTo', label: t('Kept until, to'), type: 'date' },
  { name: 'tag', label: t('Tag or case id'), type: 'text' },
];

/** A span that ends now. */
export function SpanFilter({ search, onSearch }: RangeProps) {
  return (
    <Select
      label={t('Time')}
      value={search.span ?? ANY}
      options={SPAN_OPTIONS}
      onValue={(span) => {
        onSearch(withFilter(search, 'span', span === ANY ? undefined : span));
      }}
    />
  );
}

interface RangeProps {
  readonly search: RecordingsSearch;
  readonly onSearch: (search: RecordingsSearch) => void;
}

/** What is typed: days, lengths, a party. Sent when it is complete, and not with every key. */
export function RangeFilters({ search, onSearch }: RangeProps) {
  const [fields, setFields] = useState<Record<string, string | undefined>>({ ...search });
  const [followed, setFollowed] = useState(search);
  if (followed !== search) {
    setFollowed(search);
    setFields({ ...search });
  }
  const changed = FIELDS.some(({ name }) => (fields[name] ?? '') !== (search[name] ?? ''));
  return (
    <form
      className="grid content-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = Object.fromEntries(FIELDS.map(({ name }) => [name, fields[name]?.trim()]));
        onSearch(parseRecordingsSearch({ ...search, ...typed }));
      }}
    >
      {FIELDS.map(({ name, label, type, hint }) => (
        <label key={name} className="grid gap-0.5 text-xs text-quiet">
          {label}
          <Input
            type={type}
            min={type === 'number' ? 0 : undefined}
            maxLength={type === 'text' ? 200 : undefined}
            placeholder={hint}
            className="h-8"
            value={fields[name] ?? ''}
            onChange={({ target: { value } }) => {
              setFields((before) => ({ ...before, [name]: value }));
            }}
          />
        </label>
      ))}
      <Button type="submit" size="small" tone={changed ? 'primary' : 'plain'} className="justify-self-start">
        {t('Apply')}
      </Button>
    </form>
  );
}
