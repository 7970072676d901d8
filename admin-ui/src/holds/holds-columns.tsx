import { Link } from '@tanstack/react-router';
import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import type { Hold } from '../../../hub/api/schemas/hold.ts';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { matterName } from '../from-hub/matter-name.ts';
import { Sentence } from '../components/sentence.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { queryInWords } from '../matters/query-words.ts';

const SHOWN_AT_FIRST = 3;
/** The person's name is erased at their request; the ledger keeps the act. */
const NOBODY = t('an erased person');
const column = createColumnHelper<Hold>();

/** Columns of the list of holds; on a phone the first one carries what the hidden ones would. */
export const HOLDS_COLUMNS = [
  column.accessor('matter', {
    header: t('Matter'),
    meta: { rowHeader: true },
    cell: ({ row }) => <Matter hold={row.original} />,
  }),
  column.accessor('recordingIds', {
    header: t('Recordings'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => <Reach hold={row.original} />,
  }),
  column.display({
    id: 'placed',
    header: t('Placed'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => <Moment instant={row.original.placedAt} by={row.original.placedBy} />,
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <HoldState hold={row.original} />,
  }),
] as ColumnDef<Hold, never>[];

function Matter({ hold }: { readonly hold: Hold }) {
  return (
    <>
      <Link
        to="/matters/$id"
        params={{ id: hold.matterId }}
        className="font-medium break-words text-accent underline underline-offset-2"
      >
        {matterName(hold.matter)}
      </Link>
      <span className="mt-0.5 block max-w-prose text-sm break-words text-quiet">
        <Sentence text={hold.reason} />
      </span>
      <div className="mt-2 grid gap-2 md:hidden">
        <p className="text-xs text-quiet">
          <Rich
            text="Placed <at/> by {{name}}"
            values={{ name: hold.placedBy }}
            parts={{ at: <Timestamp instant={hold.placedAt} /> }}
          />
        </p>
        {hold.releasedAt !== null && (
          <p className="text-xs text-quiet">
            <Rich
              text="Released <at/> by {{name}}"
              values={{ name: hold.releasedBy ?? NOBODY }}
              parts={{ at: <Timestamp instant={hold.releasedAt} /> }}
            />
          </p>
        )}
        <Reach hold={hold} />
      </div>
    </>
  );
}

/** The recordings that it names, and what its query reaches besides. */
function Reach({ hold }: { readonly hold: Hold }) {
  return (
    <>
      <RecordingLinks ids={hold.recordingIds} withheld={hold.withheld} first={SHOWN_AT_FIRST} />
      {hold.query !== null && (
        <ul className="max-w-64 text-sm whitespace-normal">
          {queryInWords(hold.query).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Moment({ instant, by }: { readonly instant: string; readonly by: string }) {
  return (
    <>
      <Timestamp instant={instant} />
      <span className="block text-xs text-quiet">{t('by {{name}}', { name: by })}</span>
    </>
  );
}

function HoldState({ hold }: { readonly hold: Hold }) {
  if (hold.releasedAt === null) return <Badge tone="warn">{t('Active')}</Badge>;
  return (
    <>
      <Badge>{t('Released')}</Badge>
      <span className="mt-1 block text-xs text-quiet max-md:hidden">
        <Moment instant={hold.releasedAt} by={hold.releasedBy ?? NOBODY} />
      </span>
    </>
  );
}
