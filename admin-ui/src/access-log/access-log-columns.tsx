import { Link } from '@tanstack/react-router';
import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import type { AccessLogEntry } from '../../../hub/api/schemas/access-log.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { shortId } from '../format/short-id.ts';
import { t } from '../i18n/t.ts';

/** How an access ended; others stay as the ledger has them. */
const OUTCOMES: Readonly<Record<string, string>> = {
  allowed: t('allowed'),
  done: t('done'),
  refused: t('refused'),
};

const column = createColumnHelper<AccessLogEntry>();

/** Columns of the access log; on a phone the first ones carry what the hidden ones would. */
export const ACCESS_LOG_COLUMNS = [
  column.display({
    id: 'when',
    header: t('When'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <Timestamp instant={row.original.at} exact />,
  }),
  column.display({
    id: 'who',
    header: t('Who'),
    meta: { rowHeader: true },
    cell: ({ row }) => <Who entry={row.original} />,
  }),
  column.display({
    id: 'what',
    header: t('Asked for'),
    cell: ({ row }) => (
      <>
        {row.original.act ?? row.original.entered} · <Thing entry={row.original} />
      </>
    ),
  }),
  column.display({
    id: 'outcome',
    header: t('Outcome'),
    meta: { className: 'w-px' },
    cell: ({ row: { original } }) => (
      <span className={original.outcome === 'refused' ? 'font-medium text-bad' : ''}>
        {OUTCOMES[original.outcome] ?? original.outcome}
      </span>
    ),
  }),
  column.display({
    id: 'policies',
    header: t('By'),
    meta: { className: 'max-md:hidden' },
    cell: ({ row }) => <Policies entry={row.original} />,
  }),
  column.display({
    id: 'purpose',
    header: t('For, by means of'),
    meta: { className: 'text-quiet max-lg:hidden' },
    cell: ({ row: { original } }) =>
      [original.purpose, original.means].filter((part) => part !== null).join(', '),
  }),
] as ColumnDef<AccessLogEntry, never>[];

function Who({ entry: { actor } }: { readonly entry: AccessLogEntry }) {
  if (actor.kind === 'person') return actor.name;
  return <span className="text-quiet">{actor.kind === 'product' ? 'Holdfast' : t('Name erased')}</span>;
}

function Thing({ entry: { object } }: { readonly entry: AccessLogEntry }) {
  const name = `${object.type.replaceAll('-', ' ')} ${shortId(object.id)}`;
  if (object.type !== 'recording') return <span className="text-quiet">{name}</span>;
  return (
    <Link
      to="/recordings/$id"
      params={{ id: object.id }}
      className="text-accent underline underline-offset-2"
    >
      {name}
    </Link>
  );
}

/** Each leads to all that it decided. */
function Policies({ entry: { policies } }: { readonly entry: AccessLogEntry }) {
  return (
    <span className="flex flex-wrap gap-x-2 break-all">
      {policies.map((policy) => (
        <Link
          key={policy}
          to="/access-log"
          search={{ policy }}
          className="text-accent underline underline-offset-2"
        >
          {policy}
        </Link>
      ))}
    </span>
  );
}
