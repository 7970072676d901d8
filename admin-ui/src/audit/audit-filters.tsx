import { LogFilters } from '../components/log-filters.tsx';
import { ACT_GROUPS, parseAuditSearch } from './audit-search.ts';
import type { ActGroup, AuditSearch } from './audit-search.ts';
import { t } from '../i18n/t.ts';

const TEXTS = [
  { name: 'actor', label: t('Who'), hint: t('Who: name, id') },
  { name: 'object', label: t('About'), hint: t('About: id, kind') },
] as const;
const ACTS = {
  name: 'group',
  label: t('Acts'),
  options: [
    { value: 'any', label: t('Any act') },
    ...(Object.keys(ACT_GROUPS) as ActGroup[]).map((value) => ({ value, label: ACT_GROUPS[value].label })),
  ],
} as const;

interface FiltersProps {
  readonly search: AuditSearch;
  readonly onSearch: (search: AuditSearch) => void;
}

/** What is looked for in the ledger. */
export function AuditFilters(props: FiltersProps) {
  return <LogFilters<AuditSearch> {...props} parse={parseAuditSearch} texts={TEXTS} choice={ACTS} />;
}
