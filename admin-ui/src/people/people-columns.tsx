import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { PersonSummary } from '../../../hub/api/schemas/person.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Badge } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';
import { roleInWords, statusInWords } from './people-words.ts';

const column = createColumnHelper<PersonSummary>();

/** Columns of the list of people; on a phone the first one carries what the hidden ones would. */
export const PEOPLE_COLUMNS = [
  column.display({
    id: 'name',
    header: t('Name'),
    meta: { rowHeader: true },
    cell: ({ row: { original: person } }) => (
      <>
        <Link
          to="/people/$id"
          params={{ id: person.id }}
          data-testid="person-link"
          className={cn(ROW_LINK, 'break-words')}
        >
          {person.name}
        </Link>
        <span className="mt-0.5 block text-xs text-quiet md:hidden">{roleInWords(person.role)}</span>
      </>
    ),
  }),
  column.display({
    id: 'role',
    header: t('Role'),
    meta: { className: 'whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => roleInWords(row.original.role),
  }),
  column.display({
    id: 'place',
    header: t('Department and job'),
    meta: { className: 'max-lg:hidden' },
    cell: ({ row: { original: person } }) => (
      <span className="text-quiet">
        {[person.department, person.job].filter((each) => each !== null).join(', ') || t('Not known')}
      </span>
    ),
  }),
  column.display({
    id: 'manager',
    header: t('Manager'),
    meta: { className: 'max-lg:hidden' },
    cell: ({ row }) => <span className="text-quiet">{row.original.manager?.name ?? t('None')}</span>,
  }),
  column.display({
    id: 'status',
    header: t('Status'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => {
      const { label, tone } = statusInWords(row.original.status);
      return <Badge tone={tone}>{label}</Badge>;
    },
  }),
] as ColumnDef<PersonSummary, never>[];
