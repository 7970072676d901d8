import { useId, useState } from 'react';
import type { FacetName, RecordingFacets } from '../../../hub/api/schemas/recording.ts';
import { cn } from '../components/cn.ts';
import { t } from '../i18n/t.ts';
import { FACET_TITLES, countInWords, knownValues, valueInWords } from './facet-words.ts';
import { withFilter } from './recordings-search.ts';
import type { RecordingsSearch } from './recordings-search.ts';

const SHOWN_AT_FIRST = 6;

interface GroupProps {
  readonly name: FacetName;
  /** Undefined while nothing is counted yet. */
  readonly facet: RecordingFacets['facets'][number] | undefined;
  readonly search: RecordingsSearch;
  readonly onSearch: (search: RecordingsSearch) => void;
}

/** One property with its values; a value is chosen, and given up by choosing it again. */
export function FacetGroup({ name, facet, search, onSearch }: GroupProps) {
  const title = useId();
  const [all, setAll] = useState(false);
  const chosen = search[name];
  const counts = new Map(facet?.values.map(({ value, count }) => [value, count]));
  const values = [
    ...new Set([...knownValues(name), ...counts.keys(), ...(chosen === undefined ? [] : [chosen])]),
  ];
  const shown = all ? values : values.filter((value, at) => at < SHOWN_AT_FIRST || value === chosen);
  return (
    <section aria-labelledby={title} className="grid content-start gap-1">
      <h2 id={title} className="text-xs font-medium text-quiet">
        {FACET_TITLES[name]}
      </h2>
      <ul>
        {shown.map((value) => (
          <li key={value}>
            <button
              type="button"
              aria-pressed={value === chosen}
              className={cn(
                'flex min-h-7 w-full items-center gap-2 rounded-md px-2 text-left text-sm hover:bg-sunken',
                value === chosen && 'bg-accent-soft font-medium text-accent',
              )}
              onClick={() => {
                onSearch(withFilter(search, name, value === chosen ? undefined : value));
              }}
            >
              <span className="min-w-0 truncate">{valueInWords(name, value)}</span>
              <Count count={counts.get(value)} facet={facet} />
            </button>
          </li>
        ))}
      </ul>
      {values.length > shown.length && (
        <button
          type="button"
          className="min-h-6 justify-self-start px-2 text-xs text-accent underline underline-offset-2"
          onClick={() => {
            setAll(true);
          }}
        >
          {t('Show {{count}} more', { count: values.length - shown.length })}
        </button>
      )}
    </section>
  );
}

/** Where not all was counted, a value that was not met may be there all the same: nothing is said of it. */
function Count({
  count,
  facet,
}: {
  readonly count: number | undefined;
  readonly facet: GroupProps['facet'];
}) {
  if (facet === undefined || (count === undefined && !facet.complete)) return null;
  return (
    <span className="ml-auto pl-1 text-xs text-quiet tabular-nums">
      {countInWords(count ?? 0, facet.complete)}
    </span>
  );
}
