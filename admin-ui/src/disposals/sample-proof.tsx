import type { SampledDisposal } from '../../../hub/api/schemas/disposal.ts';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';

/** Recordings drawn at random, each decided a second time, with every floor and its end. */
export function SampleProof({ sample }: { readonly sample: readonly SampledDisposal[] }) {
  if (sample.length === 0) return <p className="text-quiet">Nothing was drawn.</p>;
  const proven = sample.filter((one) => one.proven).length;
  return (
    <>
      <p>
        {proven} of {sample.length} drawn at random are past every floor, by the second evaluator too.
      </p>
      <ul className="mt-1 grid gap-1">
        {sample.map(({ recordingId, retentionClass, capturedAt, floors, proven: ok, reference }) => (
          <li key={recordingId} className="flex flex-wrap items-baseline gap-x-3">
            <Badge tone={ok ? 'good' : 'bad'}>{ok ? 'Proven' : `Second evaluator: ${reference}`}</Badge>
            <RecordingLinks ids={[recordingId]} first={1} />
            <span>{retentionClass}</span>
            <span className="text-quiet">
              captured <Timestamp instant={capturedAt} />
            </span>
            {floors.map(({ rule, until }) => (
              <span key={`${rule} ${until ?? ''}`} className="break-words text-quiet">
                {rule} until {until === null ? 'an event to come' : <Timestamp instant={until} />}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
