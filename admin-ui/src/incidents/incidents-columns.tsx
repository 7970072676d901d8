import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { IncidentSummary } from '../../../hub/api/schemas/incident.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { timeLeft } from '../work-place/time-left.ts';
import { CLOCK_STATES, INCIDENT_KINDS, INCIDENT_STATES, nextClock, SEVERITIES } from './incident-words.ts';

const column = createColumnHelper<IncidentSummary>();

/** Columns of the list of incidents; on a phone the first one carries what the hidden ones would. */
export const INCIDENTS_COLUMNS = [
  column.display({
    id: 'title',
    header: t('What happened'),
    meta: { rowHeader: true },
    cell: ({ row }) => <Title entry={row.original} />,
  }),
  column.display({
    id: 'clock',
    header: t('Next clock'),
    meta: { className: 'whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => <NextClock entry={row.original} />,
  }),
  column.display({
    id: 'owner',
    header: t('Owner'),
    meta: { className: 'w-px whitespace-nowrap max-lg:hidden' },
    cell: ({ row }) => row.original.owner?.name ?? <span className="text-quiet">{t('Nobody')}</span>,
  }),
  column.display({
    id: 'severity',
    header: t('Severity'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => (
      <Badge tone={SEVERITIES[row.original.severity].tone}>{SEVERITIES[row.original.severity].label}</Badge>
    ),
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => {
      const { label, tone, meaning } = INCIDENT_STATES[row.original.state];
      return (
        <Badge tone={tone} title={meaning}>
          {label}
        </Badge>
      );
    },
  }),
] as ColumnDef<IncidentSummary, never>[];

/** The row's link: its invisible edge covers the whole row. */
function Title({ entry }: { readonly entry: IncidentSummary }) {
  return (
    <>
      <Link
        to="/incidents/$id"
        params={{ id: entry.id }}
        data-testid="incident-link"
        className={cn(ROW_LINK, 'break-words')}
      >
        {fromHub(entry.title)}
      </Link>
      <span className="mt-0.5 block text-sm text-quiet">
        {INCIDENT_KINDS[entry.kind]} ·{' '}
        <Rich text="detected <at/>" parts={{ at: <Timestamp instant={entry.detectedAt} /> }} />
        {entry.occurrences > 1 &&
          ` · ${plural(entry.occurrences, { one: 'seen {{count}} time', other: 'seen {{count}} times' })}`}
      </span>
      <span className="mt-1 block text-xs text-quiet md:hidden">
        {SEVERITIES[entry.severity].label} · <NextClock entry={entry} />
      </span>
    </>
  );
}

function NextClock({ entry }: { readonly entry: IncidentSummary }) {
  if (entry.state === 'closed') return <span className="text-quiet">–</span>;
  if (!entry.classified && entry.clocks.length === 0)
    return <span className="text-warn">{t('To be classified')}</span>;
  const clock = nextClock(entry.clocks);
  if (clock === undefined) return <span className="text-quiet">{t('Nothing is owed')}</span>;
  return (
    <span className={clock.state === 'missed' ? 'text-bad' : undefined}>
      {t('{{regime}}: {{state}}, due {{left}}', {
        regime: clock.regime,
        state: CLOCK_STATES[clock.state].label.toLowerCase(),
        left: timeLeft(clock.dueAt, new Date()),
      })}
    </span>
  );
}
