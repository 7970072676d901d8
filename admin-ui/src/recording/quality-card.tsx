import { Activity } from 'lucide-react';
import type { RecordingDetail, StreamQuality } from '../../../hub/api/schemas/recording.ts';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { AlertList } from '../live/alerts-card.tsx';
import { lossInWords, qualityOf } from '../live/quality-words.ts';
import { partyName } from '../format/words.ts';
import { t } from '../i18n/t.ts';

/** How well each party could be heard, and what was wrong while it was recorded. */
export function QualityCard({
  recording,
}: {
  readonly recording: Pick<RecordingDetail, 'quality' | 'alerts' | 'parties'>;
}) {
  const { quality, alerts, parties } = recording;
  if (quality.length === 0 && alerts.length === 0) return null;
  return (
    <Card title={t('Quality')} icon={<Activity />} hint={t('Listening quality, ITU-T G.107.')}>
      <ul className="grid gap-2.5">
        {quality.map((stream) => (
          <Stream
            key={stream.partId}
            stream={stream}
            names={parties.filter(({ label }) => label !== null && label === stream.label).map(partyName)}
          />
        ))}
      </ul>
      {alerts.length > 0 && (
        <div className="mt-3 border-t border-line pt-3">
          <h3 className="mb-2 text-sm font-medium">{t('Alerts')}</h3>
          <AlertList alerts={alerts} />
        </div>
      )}
    </Card>
  );
}

function Stream({ stream, names }: { readonly stream: StreamQuality; readonly names: readonly string[] }) {
  const { tone, word } = qualityOf(stream.mosLq);
  return (
    <li className="grid gap-0.5 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="min-w-0 font-medium break-words">
          {names.length > 0 ? names.join(' and ') : t('Stream {{label}}', { label: stream.label ?? '' })}
        </span>
        <Badge tone={tone} title={t('Mean opinion score, listening only, 1 to 4.5')}>
          {word}
          {stream.mosLq !== null && ` ${stream.mosLq.toFixed(1)}`}
        </Badge>
      </div>
      <p className="text-xs text-quiet tabular-nums">
        {[
          t('{{codec}}, {{loss}} lost, jitter up to {{jitter}} ms', {
            codec: stream.codec ?? t('Unknown codec'),
            loss: lossInWords(stream),
            jitter: stream.maxJitterMs.toFixed(0),
          }),
          ...(stream.rFactor === null ? [] : [`R ${stream.rFactor.toFixed(0)}`]),
          ...(stream.late > 0 ? [t('{{late}} late', { late: stream.late })] : []),
        ].join(', ')}
      </p>
    </li>
  );
}
