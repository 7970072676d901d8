import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Package } from 'lucide-react';
import type { Part } from '../../../hub/api/schemas/recording.ts';
import { DataTable } from '../components/data-table.tsx';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { byteSize, codeInWords } from '../format/words.ts';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

const column = createColumnHelper<Part>();
const COLUMNS = [
  column.accessor('kind', {
    header: t('Part'),
    meta: { rowHeader: true, className: 'whitespace-nowrap' },
    cell: ({ row: { original: part } }) => (
      <>
        <span className="font-medium">{codeInWords(part.kind)}</span>
        {part.label !== null && <span className="ml-1.5 text-quiet">{part.label}</span>}
      </>
    ),
  }),
  column.accessor('bytes', {
    header: t('Size'),
    meta: { className: 'text-right whitespace-nowrap tabular-nums' },
    cell: (info) => byteSize(info.getValue()),
  }),
  column.accessor('sha256', {
    header: t('SHA-256'),
    cell: (info) => <ShortCode value={info.getValue()} what={t('SHA-256 of the plaintext')} />,
  }),
  column.accessor('sha512', {
    header: t('SHA-512'),
    cell: (info) => <ShortCode value={info.getValue()} what={t('SHA-512 of the plaintext')} />,
  }),
  column.accessor('ciphertextSha256', {
    header: t('Ciphertext SHA-256'),
    cell: (info) => <ShortCode value={info.getValue()} what={t('SHA-256 of the ciphertext')} />,
  }),
  column.accessor('keyId', { header: t('Data key under'), cell: ({ row }) => <KeyOf part={row.original} /> }),
  column.accessor('store', {
    header: t('Store'),
    meta: { className: 'whitespace-nowrap' },
    cell: (info) => (info.getValue() === 'spool' ? t('Spool') : t('Object store')),
  }),
] as ColumnDef<Part, never>[];

/** The stored pieces of the recording, each encrypted under a data key of its own. */
export function PartsCard({ parts }: { readonly parts: readonly Part[] }) {
  return (
    <Card
      title={t('Parts')}
      icon={<Package />}
      hint={t('Each is encrypted under a data key of its own, which is wrapped by a key-encryption key.')}
      padded={false}
      className="overflow-hidden"
    >
      {parts.length === 0 ? (
        <p className="p-4 text-sm text-quiet">{t('No parts are stored.')}</p>
      ) : (
        <div tabIndex={0} role="group" aria-label={t('Parts, scrollable')} className="overflow-x-auto">
          <DataTable
            caption={t('Stored parts')}
            columns={COLUMNS}
            rows={[...parts]}
            rowId={(part) => part.id}
          />
        </div>
      )}
    </Card>
  );
}

function KeyOf({ part }: { readonly part: Part }) {
  if (part.destroyedAt !== null) {
    return (
      <span className="text-xs whitespace-nowrap text-quiet">
        <Rich text="Destroyed <at/>" parts={{ at: <Timestamp instant={part.destroyedAt} /> }} />
      </span>
    );
  }
  if (part.keyId === null) return <span className="text-xs text-quiet">{t('None')}</span>;
  return <ShortCode value={part.keyId} what={t('id of the key-encryption key')} />;
}
