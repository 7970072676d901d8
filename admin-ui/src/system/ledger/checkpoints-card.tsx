import { useMemo, useState } from 'react';
import { GitCompareArrows, Stamp } from 'lucide-react';
import { useMutation } from '@tanstack/react-query';
import { askConsistency } from '../../api/consistency.ts';
import { useLedgerHistory } from '../../api/ledger-log.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { ShortCode } from '../../components/short-code.tsx';
import { Timestamp } from '../../components/timestamp.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { number, plural, t } from '../../i18n/t.ts';
import { fromBase64, type Bytes } from '../../proof/bytes.ts';
import { isConsistent } from '../../proof/merkle.ts';
import { lastByWitness, rowOf, type CheckpointRow } from './checkpoint-rows.ts';

/** Published checkpoints, newest first; two of them are held against each other in the page. */
export function CheckpointsCard() {
  const history = useLedgerHistory(true);
  const rows = useMemo(
    () => (history.data?.pages ?? []).flatMap(({ items }) => items.map(rowOf)),
    [history.data],
  );
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const choose = (size: number) => {
    setChosen((before) =>
      before.includes(size) ? before.filter((one) => one !== size) : [...before, size].slice(-2),
    );
  };
  return (
    <Card
      title={t('Checkpoints')}
      icon={<Stamp />}
      hint={t(
        'Signed heads of the log. Choose two, and your browser checks that the later only adds to the earlier.',
      )}
    >
      <div className="grid gap-3">
        {history.isPending && <Skeleton className="h-24" />}
        {history.isError && (
          <ProblemNotice error={history.error} title={t('The checkpoints could not be loaded')} />
        )}
        {history.data !== undefined && rows.length === 0 && (
          <p className="text-sm text-quiet">
            {t(
              'No checkpoint is published yet: the log has no entries, or its witnesses have not cosigned it.',
            )}
          </p>
        )}
        <Witnesses rows={rows} />
        <Comparison rows={rows.filter(({ size }) => chosen.includes(size))} />
        <ol
          className="grid max-h-120 gap-0 overflow-y-auto"
          aria-label={t('Checkpoints, newest first')}
          tabIndex={0}
        >
          {rows.map((row) => (
            <Row key={row.size} row={row} chosen={chosen.includes(row.size)} onChoose={choose} />
          ))}
        </ol>
        {history.hasNextPage && (
          <Button
            size="small"
            className="justify-self-start"
            disabled={history.isFetchingNextPage}
            onClick={() => void history.fetchNextPage()}
          >
            {t('Load earlier checkpoints')}
          </Button>
        )}
      </div>
    </Card>
  );
}

function Witnesses({ rows }: { readonly rows: readonly CheckpointRow[] }) {
  const witnesses = lastByWitness(rows);
  const newest = rows[0];
  if (newest === undefined) return null;
  return (
    <div className="text-sm">
      <h3 className="mb-1 font-medium">{t('Witnesses')}</h3>
      {witnesses.length === 0 && (
        <p className="text-quiet">
          {t('No witness has cosigned: nobody outside could tell if the whole log were replaced.')}
        </p>
      )}
      <ul className="grid gap-1">
        {witnesses.map(({ witness, size, at }) => (
          <li key={witness} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="break-all">{witness}</span>
            {size === newest.size ? (
              <Badge tone="good">{t('Up to date')}</Badge>
            ) : (
              <Badge tone="warn">
                {plural(newest.size - size, {
                  one: '{{count}} entry behind',
                  other: '{{count}} entries behind',
                })}
              </Badge>
            )}
            {at !== undefined && <Timestamp instant={at} exact className="text-xs text-quiet" />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Row({
  row,
  chosen,
  onChoose,
}: {
  readonly row: CheckpointRow;
  readonly chosen: boolean;
  readonly onChoose: (size: number) => void;
}) {
  const { size, root, note, signedAt, cosignatures, timeStamps } = row;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2 text-sm last:border-0">
      <label className="flex items-center gap-2 font-medium tabular-nums">
        <input
          type="checkbox"
          checked={chosen}
          className="size-4 accent-accent"
          data-testid={`checkpoint-${String(size)}`}
          onChange={() => {
            onChoose(size);
          }}
        />
        {plural(size, { one: '{{size}} entry', other: '{{size}} entries' }, { size: number(size) })}
      </label>
      <Timestamp instant={signedAt} exact className="text-xs text-quiet" />
      <ShortCode value={root} what={t('root hash')} />
      <span className="text-xs text-quiet">
        {plural(cosignatures.length, { one: '{{count}} cosignature', other: '{{count}} cosignatures' })},{' '}
        {plural(timeStamps.length, { one: '{{count}} time stamp', other: '{{count}} time stamps' })}
      </span>
      <span className="ml-auto">
        <CopyButton text={note} what={t('checkpoint')} />
      </span>
    </li>
  );
}

type Compared = 'grew' | 'differs' | 'unread';

/** The proof is asked of the server and proves itself: both roots are computed from it in the page. */
function Comparison({ rows }: { readonly rows: readonly CheckpointRow[] }) {
  const [after, before] = rows;
  const compare = useMutation({ mutationFn: compareHeads });
  if (before === undefined || after === undefined) return null;
  const shown = compare.variables?.before === before && compare.variables.after === after;
  return (
    <div className="grid gap-2 rounded-md border border-line bg-ground p-3 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="tabular-nums">
          {t('From {{from}} to {{to}} entries', { from: number(before.size), to: number(after.size) })}
        </span>
        <Button
          size="small"
          data-testid="check-consistency"
          disabled={compare.isPending}
          onClick={() => {
            compare.mutate({ before, after });
          }}
        >
          <GitCompareArrows aria-hidden /> {t('Check in this browser')}
        </Button>
      </div>
      {shown && compare.isError && (
        <ProblemNotice error={compare.error} title={t('The proof could not be fetched')} />
      )}
      {shown && compare.data !== undefined && (
        <p
          role={compare.data === 'grew' ? 'status' : 'alert'}
          data-testid="consistency-result"
          data-result={compare.data}
          className={compare.data === 'grew' ? 'font-medium text-good' : 'font-medium text-bad'}
        >
          {comparedInWords(compare.data)}
        </p>
      )}
    </div>
  );
}

async function compareHeads({
  before,
  after,
}: {
  readonly before: CheckpointRow;
  readonly after: CheckpointRow;
}): Promise<Compared> {
  if (before.parsed === undefined || after.parsed === undefined) return 'unread';
  const hashes = (await askConsistency(before.size, after.size)).map(fromBase64);
  if (!hashes.every((hash): hash is Bytes => hash !== undefined)) return 'unread';
  return (await isConsistent(before.parsed, after.parsed, hashes)) ? 'grew' : 'differs';
}

function comparedInWords(compared: Compared): string {
  if (compared === 'grew')
    return t('The later log only adds to the earlier one: nothing before was changed or removed.');
  if (compared === 'differs')
    return t(
      'The later log does not extend the earlier one. Keep both checkpoints and tell whoever runs the witness.',
    );
  return t('A checkpoint or its proof cannot be read.');
}
