import { Lock, Scale } from 'lucide-react';
import type { Hold } from '../../../hub/api/schemas/hold.ts';
import type { MatterDetail } from '../../../hub/api/schemas/matter.ts';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Sentence } from '../components/sentence.tsx';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import type { MatterAsking } from './matter-page.tsx';
import { queryInWords } from './query-words.ts';

interface HoldsCardProps {
  readonly matter: MatterDetail;
  readonly onAsk: (what: MatterAsking) => void;
}

/** The holds of a matter: what each reaches, who placed it, and how far word of it has come. */
export function HoldsCard({ matter, onAsk }: HoldsCardProps) {
  return (
    <Card
      title={t('Holds')}
      icon={<Scale />}
      actions={
        <ActButton
          act="hold.place"
          size="small"
          data-testid="add-hold"
          onClick={() => {
            onAsk('hold');
          }}
        >
          <Lock aria-hidden /> {t('Add by query')}
        </ActButton>
      }
    >
      {matter.holds.length === 0 && (
        <p className="text-sm text-quiet">{t('Nothing is held for this matter.')}</p>
      )}
      <ul className="grid gap-3">
        {matter.holds.map((hold) => (
          <HoldItem
            key={hold.id}
            hold={hold}
            progress={matter.progress.find(({ holdId }) => holdId === hold.id)}
          />
        ))}
      </ul>
    </Card>
  );
}

interface HoldItemProps {
  readonly hold: Hold;
  readonly progress: MatterDetail['progress'][number] | undefined;
}

function HoldItem({ hold, progress }: HoldItemProps) {
  return (
    <li className="grid gap-1 rounded-md border border-line bg-ground px-3 py-2.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="min-w-0 text-sm font-medium break-words">
          <Sentence text={hold.reason} />
        </h3>
        {hold.releasedAt === null ? (
          <Badge tone="warn">{t('In force')}</Badge>
        ) : (
          <Badge>{t('Released')}</Badge>
        )}
      </div>
      {hold.query !== null && (
        <ul className="text-sm">
          {queryInWords(hold.query).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <RecordingLinks ids={hold.recordingIds} withheld={hold.withheld} first={3} />
      <p className="text-xs text-quiet">
        <Rich
          text="Placed by {{name}}, <at/>"
          values={{ name: hold.placedBy }}
          parts={{ at: <Timestamp instant={hold.placedAt} /> }}
        />
        {progress !== undefined && ` · ${progressInWords(progress)}`}
      </p>
    </li>
  );
}

function progressInWords({ told, done }: MatterDetail['progress'][number]): string {
  return done
    ? plural(told, { one: '{{count}} recording told', other: '{{count}} recordings told' })
    : plural(told, { one: '{{count}} recording told so far', other: '{{count}} recordings told so far' });
}
