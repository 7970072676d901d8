import type { SampledDisposal } from '../../../hub/api/schemas/disposal.ts';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Rich } from '../i18n/rich.tsx';
import { number, t } from '../i18n/t.ts';
import { Badge } from '../components/ui/badge.tsx';

interface SampleProofProps {
  readonly sample: readonly SampledDisposal[];
  /** How many further ones the reader may not see. */
  readonly withheld: number;
}

/** Recordings drawn at random, each decided a second time, with every floor and its end. */
export function SampleProof({ sample, withheld }: SampleProofProps) {
  if (sample.length + withheld === 0) return <p className="text-quiet">{t('Nothing was drawn.')}</p>;
  const proven = sample.filter((one) => one.proven).length;
  return (
    <>
      <p>
        {t('{{proven}} of {{drawn}} drawn at random are past every floor, by the second evaluator too.', {
          proven: number(proven),
          drawn: number(sample.length),
        })}
      </p>
      <ul className="mt-1 grid gap-1">
        {sample.map(({ recordingId, retentionClass, capturedAt, floors, proven: ok, reference }) => (
          <li key={recordingId} className="flex flex-wrap items-baseline gap-x-3">
            <Badge tone={ok ? 'good' : 'bad'}>
              {ok ? t('Proven') : t('Second evaluator: {{answer}}', { answer: reference })}
            </Badge>
            <RecordingLinks ids={[recordingId]} first={1} />
            <span>{retentionClass}</span>
            <span className="text-quiet">
              <Rich text="captured <at/>" parts={{ at: <Timestamp instant={capturedAt} /> }} />
            </span>
            {floors.map(({ rule, until }) => (
              <span key={`${rule} ${until ?? ''}`} className="break-words text-quiet">
                {until === null ? (
                  t('{{rule}} until an event to come', { rule })
                ) : (
                  <Rich
                    text="{{rule}} until <at/>"
                    values={{ rule }}
                    parts={{ at: <Timestamp instant={until} /> }}
                  />
                )}
              </span>
            ))}
          </li>
        ))}
      </ul>
      <RecordingLinks ids={[]} first={0} withheld={withheld} />
    </>
  );
}
