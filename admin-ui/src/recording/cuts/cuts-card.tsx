import { useState } from 'react';
import { Scissors } from 'lucide-react';
import type { RecordingCut } from '../../../../hub/api/schemas/cut.ts';
import type { RecordingDetail } from '../../../../hub/api/schemas/recording.ts';
import { useCuts } from '../../api/cuts.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Timestamp } from '../../components/timestamp.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Rich } from '../../i18n/rich.tsx';
import { t } from '../../i18n/t.ts';
import { ActButton } from '../../session/act-button.tsx';
import { CutDialog } from './cut-dialog.tsx';
import { cutStateInWords, decidedInWords, placeInWords } from './cut-words.ts';

/** The spans that were cut out of a recording, or are to be, with the button that asks for one. */
export function CutsCard({ recording }: { readonly recording: RecordingDetail }) {
  const [asking, setAsking] = useState(false);
  const { data, error, refetch } = useCuts(recording.id);
  const items = data?.items ?? [];
  const over = recording.state === 'disposing' || recording.state === 'disposed';
  return (
    <Card
      title={t('Cut out')}
      icon={<Scissors />}
      actions={
        !over && (
          <ActButton
            act="recording.cut"
            size="small"
            data-testid="ask-cut"
            onClick={() => {
              setAsking(true);
            }}
          >
            <Scissors aria-hidden /> {t('Cut out…')}
          </ActButton>
        )
      }
    >
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('What was cut out could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {data !== undefined && items.length === 0 && (
        <p className="text-sm text-quiet">{t('Nothing was cut out of this recording.')}</p>
      )}
      <ul className="grid gap-3">
        {items.map((cut) => (
          <CutItem key={cut.id} cut={cut} />
        ))}
      </ul>
      {asking && (
        <CutDialog
          recording={recording}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </Card>
  );
}

function CutItem({ cut }: { readonly cut: RecordingCut }) {
  const { label, tone } = cutStateInWords(cut.state);
  return (
    <li className="grid gap-1 rounded-md border border-line bg-ground px-3 py-2.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="min-w-0 font-medium tabular-nums">
          {t('{{from}} to {{to}}', { from: placeInWords(cut.fromMs), to: placeInWords(cut.toMs) })}
        </h3>
        <Badge tone={tone}>{label}</Badge>
      </div>
      <p className="text-sm break-words">{decidedInWords(cut.ground, cut.decidedBy?.name ?? null)}</p>
      {cut.reason !== '' && <p className="text-sm break-words">{cut.reason}</p>}
      {cut.waitsFor !== null && (
        <p className="text-sm break-words text-quiet">
          {t('Kept by {{rules}}', { rules: cut.waitsFor.rules.map(({ id }) => id).join(', ') })}
        </p>
      )}
      <p className="text-xs text-quiet">
        <Rich
          text="Asked for by {{person}}, <at/>"
          values={{ person: cut.askedBy.name }}
          parts={{ at: <Timestamp instant={cut.askedAt} /> }}
        />
      </p>
    </li>
  );
}
