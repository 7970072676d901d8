import { useState } from 'react';
import { Search, X } from 'lucide-react';
import { Button } from './ui/button.tsx';
import { Input } from './ui/field.tsx';
import { Select } from './ui/select.tsx';
import { t } from '../i18n/t.ts';

interface LogFiltersProps<S extends { readonly [K in keyof S]?: string | undefined }> {
  readonly search: S;
  readonly onSearch: (search: S) => void;
  /** Makes a search of what was typed; the same that reads the address. */
  readonly parse: (given: Record<string, unknown>) => S;
  readonly texts: readonly {
    readonly name: keyof S & string;
    readonly label: string;
    readonly hint: string;
  }[];
  /** One field of a few values; the first option stands for any. */
  readonly choice: {
    readonly name: keyof S & string;
    readonly label: string;
    readonly options: readonly [Option, ...Option[]];
  };
}

interface Option {
  readonly value: string;
  readonly label: string;
}

const DAYS = [
  ['from', t('From')],
  ['to', t('To')],
] as const;

/** What is looked for in a log. Sent when it is complete and not with every key: each search is an entry of the ledger itself. */
export function LogFilters<S extends { readonly [K in keyof S]?: string | undefined }>({
  search,
  onSearch,
  parse,
  texts,
  choice,
}: LogFiltersProps<S>) {
  const [fields, setFields] = useState<Record<string, string | undefined>>({ ...search });
  const [followed, setFollowed] = useState(search);
  if (followed !== search) {
    setFollowed(search);
    setFields({ ...search });
  }
  const set = (name: string) => (event: { target: { value: string } }) => {
    setFields((before) => ({ ...before, [name]: event.target.value }));
  };
  return (
    <form
      role="search"
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(parse({ ...fields }));
      }}
    >
      {texts.map(({ name, label, hint }) => (
        <Input
          key={name}
          type="search"
          aria-label={label}
          placeholder={hint}
          maxLength={200}
          className="sm:w-auto sm:min-w-36 sm:grow sm:basis-36"
          value={fields[name] ?? ''}
          onChange={set(name)}
        />
      ))}
      <Select
        label={choice.label}
        value={fields[choice.name] ?? choice.options[0].value}
        options={choice.options}
        className="max-sm:flex-1"
        onValue={(chosen) => {
          onSearch(parse({ ...fields, [choice.name]: chosen }));
        }}
      />
      {DAYS.map(([name, label]) => (
        <label key={name} className="flex items-center gap-1.5 text-xs text-quiet">
          {label}
          <Input type="date" className="w-auto" value={fields[name] ?? ''} onChange={set(name)} />
        </label>
      ))}
      <Button tone="primary" type="submit">
        <Search aria-hidden /> {t('Search')}
      </Button>
      {Object.keys(search).length > 0 && (
        <Button
          tone="quiet"
          onClick={() => {
            onSearch(parse({}));
          }}
        >
          <X aria-hidden /> {t('Clear')}
        </Button>
      )}
    </form>
  );
}
