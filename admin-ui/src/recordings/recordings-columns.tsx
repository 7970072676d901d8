import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import { ArrowLeftRight } from 'lucide-react';
import type { Party, RecordingCsvColumn, RecordingSummary } from '../../../hub/api/schemas/recording.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { clockLength } from '../format/time.ts';
import { partyName, plainAddress } from '../format/words.ts';
import { t } from '../i18n/t.ts';
import { keptUntil } from './kept-until.ts';
import type { ColumnId } from './recordings-search.ts';
import { RecordingBadges } from './state-badge.tsx';

const column = createColumnHelper<RecordingSummary>();

/** What the columns are called where they are chosen and as headings. */
export const COLUMN_TITLES: Readonly<Record<ColumnId, string>> = {
  parties: t('Parties'),
  durationMs: t('Duration'),
  state: t('State'),
  kept: t('Kept until'),
  department: t('Department'),
  classification: t('Classification'),
};

/** What a column of the list is in the file that the hub makes. */
export const IN_CSV: Readonly<Record<ColumnId, readonly RecordingCsvColumn[]>> = {
  parties: ['parties'],
  durationMs: ['seconds'],
  state: ['state', 'held', 'restricted', 'partial'],
  kept: ['keptUntil'],
  department: ['department'],
  classification: ['classification'],
};

/** Columns of the recordings list; on a phone the first ones carry what the hidden ones would. */
export const RECORDINGS_COLUMNS = [
  column.display({
    id: 'when',
    header: t('When'),
    meta: { rowHeader: true, className: 'w-px whitespace-nowrap max-md:whitespace-normal' },
    cell: ({ row }) => <WhenLink recording={row.original} />,
  }),
  column.display({
    id: 'parties',
    header: COLUMN_TITLES.parties,
    meta: { className: 'max-md:hidden' },
    cell: ({ row }) => <Parties recording={row.original} />,
  }),
  column.accessor('durationMs', {
    header: COLUMN_TITLES.durationMs,
    meta: { className: 'w-px text-right tabular-nums max-md:hidden' },
    cell: (info) => clockLength(info.getValue()),
  }),
  column.accessor('department', {
    header: COLUMN_TITLES.department,
    meta: { className: 'max-md:hidden' },
    cell: (info) => info.getValue() ?? <span className="text-quiet">{t('None')}</span>,
  }),
  column.accessor('classification', {
    header: COLUMN_TITLES.classification,
    meta: { className: 'max-md:hidden' },
    cell: (info) => info.getValue() ?? <span className="text-quiet">{t('None')}</span>,
  }),
  column.display({
    id: 'state',
    header: COLUMN_TITLES.state,
    meta: { className: 'w-px lg:whitespace-nowrap' },
    cell: ({ row }) => <RecordingBadges recording={row.original} />,
  }),
  column.display({
    id: 'kept',
    header: COLUMN_TITLES.kept,
    meta: { className: 'w-px whitespace-nowrap text-quiet max-lg:hidden' },
    cell: ({ row }) => keptUntil(row.original),
  }),
] as ColumnDef<RecordingSummary, never>[];

/** The row's link: its invisible edge covers the whole row. */
function WhenLink({ recording }: { readonly recording: RecordingSummary }) {
  return (
    <>
      <Link
        to="/recordings/$id"
        params={{ id: recording.id }}
        data-testid="recording-link"
        className={ROW_LINK}
      >
        <Timestamp instant={recording.startedAt} className="relative z-10" />
      </Link>
      <span className="text-quiet tabular-nums md:hidden"> · {clockLength(recording.durationMs)}</span>
      <div className="mt-0.5 md:hidden">
        <Parties recording={recording} />
      </div>
    </>
  );
}

function Parties({ recording }: { readonly recording: RecordingSummary }) {
  if (recording.parties.length === 0) return <span className="text-quiet">{withoutParties(recording)}</span>;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {recording.parties.map((party, position) => (
        <span key={party.id} title={addressOf(party)} className="relative inline-flex items-center gap-2">
          {position > 0 && <ArrowLeftRight aria-label={t('and')} className="size-3.5 shrink-0 text-quiet" />}
          {partyName(party)}
        </span>
      ))}
    </span>
  );
}

function withoutParties({ restricted, state }: RecordingSummary): string {
  if (restricted && state !== 'disposed') return t('Not shown: use is restricted');
  return t('Names destroyed with the recording');
}

function addressOf({ address }: Party): string | undefined {
  return address === null ? undefined : plainAddress(address);
}
