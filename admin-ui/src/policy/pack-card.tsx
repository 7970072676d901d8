import { useState } from 'react';
import { BookOpenText } from 'lucide-react';
import type { PackRow } from '../../../hub/api/schemas/policy.ts';
import { usePack } from '../api/policy.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';

const CHOICES = [
  { value: 'all', label: t('All rows') },
  { value: 'unverified', label: t('Unverified rows') },
  { value: 'not-reviewed', label: t('Rows nobody has reviewed') },
] as const;
type Choice = (typeof CHOICES)[number]['value'];

/** The rows of a pack, each with its source and who has reviewed it. */
export function PackCard({ digest }: { readonly digest: string }) {
  const { data, isPending, error, refetch } = usePack(digest);
  const [choice, choose] = useState<Choice>('all');
  const rows = data?.rows.filter((row) => isChosen(row, choice)) ?? [];
  return (
    <Card
      title={data === undefined ? t('Rules') : t('Rules of {{pack}}', { pack: `${data.id} ${data.version}` })}
      hint={
        data === undefined
          ? undefined
          : t('As of {{date}}, signed by {{signer}}', { date: data.asOf, signer: data.signedBy })
      }
      icon={<BookOpenText />}
      padded={false}
      actions={<Select label={t('Which rows')} value={choice} options={CHOICES} onValue={choose} />}
    >
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The rows could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40" />}
      {data !== undefined && rows.length === 0 && (
        <p className="p-4 text-sm text-quiet">{t('No such row.')}</p>
      )}
      <ul className="divide-y divide-line">
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ row }: { readonly row: PackRow }) {
  return (
    <li className="grid gap-1 px-4 py-2.5 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <code className="text-xs font-medium break-all">{row.id}</code>
        <Badge tone={row.status === 'verified' ? 'good' : 'warn'}>
          {row.status === 'verified' ? t('verified') : t('unverified')}
        </Badge>
        <Badge>
          {row.reviewer === null ? t('not reviewed') : t('reviewed by {{person}}', { person: row.reviewer })}
        </Badge>
      </div>
      <p>
        {row.place === '*' ? t('Everywhere') : row.place}: {row.says}
      </p>
      <p className="text-xs text-quiet">
        {row.url === null ? (
          row.source
        ) : (
          <a href={row.url} rel="noreferrer" target="_blank" className="underline">
            {row.source}
          </a>
        )}
        {', '}
        {t('as of {{date}}', { date: row.asOf })}. {row.note}
      </p>
    </li>
  );
}

function isChosen(row: PackRow, choice: Choice): boolean {
  if (choice === 'unverified') return row.status === 'unverified';
  return choice === 'all' || row.reviewer === null;
}
