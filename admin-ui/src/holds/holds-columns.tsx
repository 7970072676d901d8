import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import type { Hold } from '../../../hub/api/schemas/hold.ts';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';

const SHOWN_AT_FIRST = 3;
/** The person's name is erased at their request; the ledger keeps the act. */
const NOBODY = 'an erased person';
const column = createColumnHelper<Hold>();

/** Columns of the list of holds; on a phone the first one carries what the hidden ones would. */
export const HOLDS_COLUMNS = [
  column.accessor('matter', {
    header: 'Matter',
    meta: { rowHeader: true },
    cell: ({ row }) => <Matter hold={row.original} />,
  }),
  column.accessor('recordingIds', {
    header: 'Recordings',
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: (info) => <RecordingLinks ids={info.getValue()} first={SHOWN_AT_FIRST} />,
  }),
  column.display({
    id: 'placed',
    header: 'Placed',
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => <Moment instant={row.original.placedAt} by={row.original.placedBy} />,
  }),
  column.display({
    id: 'state',
    header: 'State',
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <HoldState hold={row.original} />,
  }),
] as ColumnDef<Hold, never>[];

function Matter({ hold }: { readonly hold: Hold }) {
  return (
    <>
      <span className="font-medium break-words">{hold.matter}</span>
      <span className="mt-0.5 block max-w-prose text-sm break-words text-quiet">{hold.reason}</span>
      <div className="mt-2 grid gap-2 md:hidden">
        <p className="text-xs text-quiet">
          Placed <Timestamp instant={hold.placedAt} /> by {hold.placedBy}
        </p>
        {hold.releasedAt !== null && (
          <p className="text-xs text-quiet">
            Released <Timestamp instant={hold.releasedAt} /> by {hold.releasedBy ?? NOBODY}
          </p>
        )}
        <RecordingLinks ids={hold.recordingIds} first={SHOWN_AT_FIRST} />
      </div>
    </>
  );
}

function Moment({ instant, by }: { readonly instant: string; readonly by: string }) {
  return (
    <>
      <Timestamp instant={instant} />
      <span className="block text-xs text-quiet">by {by}</span>
    </>
  );
}

function HoldState({ hold }: { readonly hold: Hold }) {
  if (hold.releasedAt === null) return <Badge tone="warn">Active</Badge>;
  return (
    <>
      <Badge>Released</Badge>
      <span className="mt-1 block text-xs text-quiet max-md:hidden">
        <Moment instant={hold.releasedAt} by={hold.releasedBy ?? NOBODY} />
      </span>
    </>
  );
}
