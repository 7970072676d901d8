import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { ReportSummary } from '../../../hub/api/schemas/report.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { counted } from '../format/words.ts';
import { periodInWords, reportInWords } from './report-words.ts';

const column = createColumnHelper<ReportSummary>();

/** Columns of the list of reports; on a phone the first one carries what the hidden ones would. */
export const REPORTS_COLUMNS = [
  column.display({
    id: 'period',
    header: 'Time',
    meta: { rowHeader: true },
    cell: ({ row }) => <Period entry={row.original} />,
  }),
  column.display({
    id: 'made',
    header: 'Made',
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => <Timestamp instant={row.original.endedAt ?? row.original.askedAt} />,
  }),
  column.display({
    id: 'state',
    header: 'State',
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
  const { openFindings = 0, critical = 0, notChecked = 0 } = entry.tally;
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
          ? `${openFindings === 0 ? 'No findings' : counted(openFindings, 'finding', 'findings')}${critical === 0 ? '' : `, ${critical} critical`}${notChecked === 0 ? '' : `; ${counted(notChecked, 'section', 'sections')} not checked whole`}`
          : (entry.reason ?? reportInWords(entry.state).meaning)}
      </span>
    </>
  );
}
