import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { AccessAlertView } from '../api/access-alerts.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';
import { ALERT_KINDS, stateInWords, whyInWords } from './alert-words.ts';

const column = createColumnHelper<AccessAlertView>();

/** Columns of the list of alerts; on a phone the first one carries what the hidden ones would. */
export const ALERTS_COLUMNS = [
  column.display({
    id: 'who',
    header: t('Who'),
    meta: { rowHeader: true },
    cell: ({ row }) => <Who alert={row.original} />,
  }),
  column.display({
    id: 'kind',
    header: t('What'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => <Kind alert={row.original} />,
  }),
  column.display({
    id: 'when',
    header: t('When'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => <Timestamp instant={row.original.to} />,
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <State alert={row.original} />,
  }),
] as ColumnDef<AccessAlertView, never>[];

/** The row's link: its invisible edge covers the whole row. */
function Who({ alert }: { readonly alert: AccessAlertView }) {
  return (
    <>
      <Link
        to="/access-alerts/$id"
        params={{ id: alert.id }}
        data-testid="alert-link"
        className={cn(ROW_LINK, 'break-words')}
      >
        {alert.person.name}
      </Link>
      <span className="mt-0.5 block text-sm text-quiet">{whyInWords(alert)}</span>
      <span className="mt-1 block text-xs text-quiet md:hidden">
        {ALERT_KINDS[alert.kind].label} · <Timestamp instant={alert.to} />
      </span>
    </>
  );
}

/** What was unusual, in a word. */
export function Kind({ alert: { kind } }: { readonly alert: Pick<AccessAlertView, 'kind'> }) {
  const { label, tone, meaning } = ALERT_KINDS[kind];
  return (
    <Badge tone={tone} title={meaning}>
      {label}
    </Badge>
  );
}

/** Whether somebody took note of it, in a word. */
export function State({ alert }: { readonly alert: Pick<AccessAlertView, 'acknowledged'> }) {
  const { label, tone } = stateInWords(alert);
  return <Badge tone={tone}>{label}</Badge>;
}
