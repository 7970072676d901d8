import { useState } from 'react';
import { Lock, LockOpen, Scale } from 'lucide-react';
import type { Hold } from '../../../hub/api/schemas/hold.ts';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { isActive, shownHolds } from '../holds/holds-search.ts';
import { ActButton } from '../session/act-button.tsx';
import { PlaceHoldDialog } from './place-hold-dialog.tsx';
import { ReleaseHoldDialog } from './release-hold-dialog.tsx';
import { matterName } from '../from-hub/matter-name.ts';
import { Sentence } from '../components/sentence.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

/** The holds on a recording, active ones first, with the buttons to place and to release. */
export function HoldsCard({ recording }: { readonly recording: RecordingDetail }) {
  const [placing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<Hold>();
  const holds = [...shownHolds(recording.holds, 'active'), ...shownHolds(recording.holds, 'released')];
  return (
    <Card
      title={t('Holds')}
      icon={<Scale />}
      actions={
        recording.state !== 'disposed' && (
          <ActButton
            act="hold.place"
            size="small"
            data-testid="place-hold"
            onClick={() => {
              setPlacing(true);
            }}
          >
            <Lock aria-hidden /> {t('Place hold')}
          </ActButton>
        )
      }
    >
      {holds.length === 0 && (
        <p className="text-sm text-quiet">{t('No hold has been placed on this recording.')}</p>
      )}
      <ul className="grid gap-3">
        {holds.map((hold) => (
          <HoldItem key={hold.id} hold={hold} onRelease={setReleasing} />
        ))}
      </ul>
      {placing && (
        <PlaceHoldDialog
          recordingIds={[recording.id]}
          onClose={() => {
            setPlacing(false);
          }}
        />
      )}
      {releasing !== undefined && (
        <ReleaseHoldDialog
          hold={releasing}
          onClose={() => {
            setReleasing(undefined);
          }}
        />
      )}
    </Card>
  );
}

function HoldItem({ hold, onRelease }: { readonly hold: Hold; readonly onRelease: (hold: Hold) => void }) {
  return (
    <li className="grid gap-1 rounded-md border border-line bg-ground px-3 py-2.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="min-w-0 font-medium break-words">{matterName(hold.matter)}</h3>
        {isActive(hold) ? <Badge tone="warn">{t('Active')}</Badge> : <Badge>{t('Released')}</Badge>}
      </div>
      <p className="text-sm break-words">
        <Sentence text={hold.reason} />
      </p>
      <p className="text-xs text-quiet">
        <Rich
          text="Placed by {{person}}, <at/>"
          values={{ person: hold.placedBy }}
          parts={{ at: <Timestamp instant={hold.placedAt} /> }}
        />
      </p>
      {hold.releasedAt !== null && (
        <p className="text-xs text-quiet">
          <Rich
            text="Released by {{person}}, <at/>"
            values={{ person: hold.releasedBy ?? t('an erased person') }}
            parts={{ at: <Timestamp instant={hold.releasedAt} /> }}
          />
        </p>
      )}
      {isActive(hold) && (
        <ActButton
          act="hold.release"
          size="small"
          data-testid="release-hold"
          className="mt-1 justify-self-start"
          onClick={() => {
            onRelease(hold);
          }}
        >
          <LockOpen aria-hidden /> {t('Release')}
        </ActButton>
      )}
    </li>
  );
}
