import { SlidersHorizontal } from 'lucide-react';
import type { RecordingFacets } from '../../../hub/api/schemas/recording.ts';
import { useRecordingFacets } from '../api/recordings.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { t } from '../i18n/t.ts';
import { FacetGroup } from './facet-group.tsx';
import { FACETS } from './facet-words.ts';
import { RangeFilters, SpanFilter } from './range-filters.tsx';
import { filtersOf } from './recordings-search.ts';
import type { RecordingsSearch } from './recordings-search.ts';

/** These are few values that everybody knows; the others are shown where there is more than one to choose from. */
const ALWAYS = new Set(['state', 'held']);

interface PanelProps {
  readonly search: RecordingsSearch;
  readonly onSearch: (search: RecordingsSearch) => void;
}

/** Everything the list can be narrowed by, with how many there are of each; beside the list, or above it where it is narrow. */
export function FacetsPanel({ search, onSearch }: PanelProps) {
  const { data, error, refetch } = useRecordingFacets(search);
  const set = filtersOf(search).length;
  return (
    <details
      className="group h-fit rounded-lg border border-line bg-surface lg:sticky lg:top-4"
      open={wide()}
    >
      <summary className="flex cursor-pointer items-center gap-2 px-4 py-2.5 text-sm font-medium">
        <SlidersHorizontal aria-hidden className="size-4 text-quiet" />
        {set === 0 ? t('Filters') : t('Filters ({{count}})', { count: set })}
      </summary>
      <div className="grid gap-4 border-t border-line p-4 sm:max-lg:grid-cols-3 lg:max-h-[calc(100dvh-6rem)] lg:overflow-y-auto">
        {error !== null && (
          <ProblemNotice error={error} title={t('Nothing could be counted')} onRetry={() => void refetch()} />
        )}
        <SpanFilter search={search} onSearch={onSearch} />
        {FACETS.map((name) => {
          const facet = facetOf(data, name);
          const choice = (facet?.values.length ?? 0) > 1 || search[name] !== undefined || ALWAYS.has(name);
          return (
            choice && <FacetGroup key={name} name={name} facet={facet} search={search} onSearch={onSearch} />
          );
        })}
        <RangeFilters search={search} onSearch={onSearch} />
        {data?.complete === false && (
          <p className="text-xs text-quiet">
            {t('There are many. Counted are the newest 10,000, so a number with + is the least.')}
          </p>
        )}
      </div>
    </details>
  );
}

function facetOf(data: RecordingFacets | undefined, name: string) {
  return data?.facets.find((facet) => facet.name === name);
}

/** Open beside the list; above it, it would push the list out of sight. */
function wide(): boolean {
  return window.matchMedia('(min-width: 64rem)').matches;
}
