import { LogFilters } from '../components/log-filters.tsx';
import { parseAccessLogSearch, type AccessLogSearch } from './access-log-search.ts';

const TEXTS = (
  [
    ['person', 'Who: name, id'],
    ['object', 'About: id, kind'],
    ['act', 'Act: recording.play'],
    ['policy', 'Policy: wall/hr'],
  ] as const
).map(([name, label]) => ({ name, label, hint: label }));
const OUTCOMES = {
  name: 'outcome',
  label: 'Outcome',
  options: [
    { value: 'any', label: 'Any outcome' },
    { value: 'allowed', label: 'Allowed' },
    { value: 'refused', label: 'Refused' },
  ],
} as const;

interface FiltersProps {
  readonly search: AccessLogSearch;
  readonly onSearch: (search: AccessLogSearch) => void;
}

/** What is looked for among the accesses. */
export function AccessLogFilters(props: FiltersProps) {
  return (
    <LogFilters<AccessLogSearch> {...props} parse={parseAccessLogSearch} texts={TEXTS} choice={OUTCOMES} />
  );
}
