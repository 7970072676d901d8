import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { ReportSummary } from '../../../hub/api/schemas/report.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { plural, t } from '../i18n/t.ts';
import { periodInWords, reportInWords } from './report-words.ts';

const column = createColumnHelper<ReportSummary>();

/** Columns of the list of reports; on a phone the first one carries what the hidden ones would. */
export const REPORTS_COLUMNS = [
  column.display({
    id: 'period',
    header: t('Time'),
    meta: { rowHeader: true },
    cell: ({ row }) => <Period entry={row.original} />,
  }),
  column.display({
    id: 'made',
    header: t('Made'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => <Timestamp instant={row.original.endedAt ?? row.original.askedAt} />,
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => {
      const { label, tone, meaning } = reportInWords(row.original.state);
      return (
        <Badge tone={tone} title={meaning} data-testid="report-state">
          {label}
        </Badge>
      );
    },
  }),
] as ColumnDef<ReportSummary, never>[];

/** The row's link: its invisible edge covers the whole row. */
function Period({ entry }: { readonly entry: ReportSummary }) {
  return (
    <>
      <Link
        to="/reports/$id"
        params={{ id: entry.id }}
        data-testid="report-link"
        className={cn(ROW_LINK, 'break-words')}
      >
        {periodInWords(entry)}
      </Link>
      <span className="mt-0.5 block text-sm text-quiet">
        {entry.state === 'sealed'
          ? foundInWords(entry.tally)
          : (entry.reason ?? reportInWords(entry.state).meaning)}
      </span>
    </>
  );
}

/** "3 findings, 1 critical; 2 sections not checked whole". */
function foundInWords({ openFindings = 0, critical = 0, notChecked = 0 }: ReportSummary['tally']): string {
  const found =
    openFindings === 0
      ? t('No findings')
      : plural(openFindings, { one: '{{count}} finding', other: '{{count}} findings' });
  const grave = critical === 0 ? '' : `, ${t('{{count}} critical', { count: critical })}`;
  const left =
    notChecked === 0
      ? ''
      : `; ${plural(notChecked, { one: '{{count}} section not checked whole', other: '{{count}} sections not checked whole' })}`;
  return `${found}${grave}${left}`;
}
