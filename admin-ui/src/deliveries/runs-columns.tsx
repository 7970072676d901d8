import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { DeliveryRun } from '../api/deliveries.ts';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { codeInWords } from '../format/words.ts';
import { number, plural, t } from '../i18n/t.ts';
import { LANE_NAMES } from './delivery-words.ts';

const column = createColumnHelper<DeliveryRun>();

/** Columns of the list of runs; each leads to what it carried. */
export const RUNS_COLUMNS = [
  column.display({
    id: 'run',
    header: t('Run'),
    meta: { rowHeader: true },
    cell: ({ row: { original } }) => <Run run={original} />,
  }),
  column.display({
    id: 'outcome',
    header: t('Outcome'),
    meta: { className: 'whitespace-nowrap' },
    cell: ({ row: { original } }) => <Outcome run={original} />,
  }),
  column.display({
    id: 'duration',
    header: t('Took'),
    meta: { className: 'w-px whitespace-nowrap max-sm:hidden' },
    cell: ({ row: { original } }) => `${number(original.durationMs)} ms`,
  }),
  column.display({
    id: 'trace',
    header: t('Trace'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({
      row: {
        original: { traceId },
      },
    }) =>
      traceId === null ? (
        <span className="text-quiet">–</span>
      ) : (
        <ShortCode value={traceId} what={t('the trace id')} />
      ),
  }),
] as ColumnDef<DeliveryRun, never>[];

function Run({ run }: { readonly run: DeliveryRun }) {
  const { connectionId, connection, operation, lane, connectionVersion, startedAt, records } = run;
  return (
    <>
      <Link
        to="/deliveries"
        search={{ connectionId, attemptedAt: startedAt }}
        data-testid="run-link"
        className="font-medium break-words hover:underline"
      >
        {t('{{operation}} to {{connection}}', { operation: codeInWords(operation), connection })}
      </Link>
      <span className="mt-0.5 block text-sm text-quiet">
        <Timestamp instant={startedAt} exact /> ·{' '}
        {plural(records, { one: '{{count}} record', other: '{{count}} records' })}
        {lane !== 'live' && ` · ${LANE_NAMES[lane]}`}
        {connectionVersion !== null && ` · ${t('version {{version}}', { version: connectionVersion })}`}
      </span>
    </>
  );
}

function Outcome({ run: { done, rejected, unknown } }: { readonly run: DeliveryRun }) {
  return (
    <span className="flex flex-wrap gap-1">
      {done > 0 && <Badge tone="good">{t('{{count}} done', { count: number(done) })}</Badge>}
      {rejected > 0 && <Badge tone="bad">{t('{{count}} refused', { count: number(rejected) })}</Badge>}
      {unknown > 0 && <Badge tone="warn">{t('{{count}} in doubt', { count: number(unknown) })}</Badge>}
    </span>
  );
}
