import { LogFilters } from '../components/log-filters.tsx';
import { t } from '../i18n/t.ts';
import { parseAccessLogSearch, type AccessLogSearch } from './access-log-search.ts';

const TEXTS = (
  [
    ['person', t('Who: name, id')],
    ['object', t('About: id, kind')],
    ['act', t('Act: recording.play')],
    ['policy', t('Policy: wall/hr')],
  ] as const
).map(([name, label]) => ({ name, label, hint: label }));
const OUTCOMES = {
  name: 'outcome',
  label: t('Outcome'),
  options: [
    { value: 'any', label: t('Any outcome') },
    { value: 'allowed', label: t('Allowed') },
    { value: 'refused', label: t('Refused') },
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
