import { useState } from 'react';
import { ScrollText } from 'lucide-react';
import type { Custody } from '../../../hub/api/schemas/ledger.ts';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import { useCustody } from '../api/custody.ts';
import { useSession } from '../api/session.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { ProofPanel } from '../proof/proof-panel.tsx';
import { refusal, useMay } from '../session/use-may.ts';
import { CustodyItem, Piece } from './custody-entry.tsx';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';

const SHOWN_AT_FIRST = 8;

/** Everything that was done with the recording, newest first, each act proven against the signed checkpoint. */
export function CustodyCard({
  recording,
  className,
}: {
  readonly recording: Pick<RecordingDetail, 'id' | 'parts'>;
  readonly className?: string;
}) {
  const may = useMay('ledger.read');
  const { user } = useSession();
  const custody = useCustody(recording.id, may);
  return (
    <Card
      title={t('Custody')}
      icon={<ScrollText />}
      hint={custody.data === undefined ? undefined : proofSummary(custody.data)}
      {...(className === undefined ? {} : { className })}
    >
      {!may && <p className="text-sm text-quiet">{refusal(user.role, 'ledger.read')}</p>}
      {may && custody.isPending && (
        <div aria-busy className="grid gap-3">
          <Skeleton className="w-2/3" />
          <Skeleton className="w-1/2" />
          <Skeleton className="w-3/5" />
        </div>
      )}
      {custody.isError && (
        <ProblemNotice
          error={custody.error}
          title={t('The ledger could not be read')}
          onRetry={() => void custody.refetch()}
        />
      )}
      {custody.data !== undefined && (
        <div className="grid gap-3">
          <Timeline custody={custody.data} />
          <ProofPanel recordingId={recording.id} parts={recording.parts} custody={custody.data} />
        </div>
      )}
    </Card>
  );
}

function Timeline({ custody }: { readonly custody: Custody }) {
  const [all, setAll] = useState(false);
  const newestFirst = [...custody.entries].sort((a, b) => b.index - a.index);
  const hidden = all ? 0 : Math.max(0, newestFirst.length - SHOWN_AT_FIRST);
  return (
    <div className="grid gap-3">
      <ol className="relative -ml-1 before:absolute before:top-4 before:bottom-4 before:left-[0.46875rem] before:w-px before:bg-line-strong">
        {newestFirst.slice(0, newestFirst.length - hidden).map((entry) => (
          <CustodyItem key={entry.index} entry={entry} />
        ))}
      </ol>
      {hidden > 0 && (
        <Button
          size="small"
          className="justify-self-start"
          onClick={() => {
            setAll(true);
          }}
        >
          {plural(hidden, { one: 'Show {{count}} earlier entry', other: 'Show {{count}} earlier entries' })}
        </Button>
      )}
      <details className="rounded-md border border-line bg-ground p-3 text-xs">
        <summary className="font-medium">{t('Signed checkpoint')}</summary>
        <div className="mt-3 grid gap-3">
          <Piece name={t('Checkpoint')} text={custody.checkpoint} />
          <Piece name={t('Verifier key')} text={custody.verifierKey} />
          <p className="text-quiet">
            <Rich
              text="Whoever keeps a copy of the checkpoint can prove later that the ledger was not rewritten. An export carries the proofs; <c>holdfast verify</c> checks them without this server."
              parts={{ c: <code className="font-mono" /> }}
            />
          </p>
        </div>
      </details>
    </div>
  );
}

function proofSummary({ entries }: Custody): string {
  const proven = entries.filter((entry) => entry.proven).length;
  return proven === entries.length
    ? plural(proven, { one: '{{count}} entry, all proven', other: '{{count}} entries, all proven' })
    : plural(
        entries.length,
        { one: '{{proven}} of {{count}} entry proven', other: '{{proven}} of {{count}} entries proven' },
        { proven },
      );
}
