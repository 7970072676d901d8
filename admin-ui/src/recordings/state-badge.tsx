import type { RecordingState, RecordingSummary } from '../../../hub/api/schemas/recording.ts';
import { Lock, TriangleAlert } from 'lucide-react';
import { Badge } from '../components/ui/badge.tsx';
import type { Tone } from '../components/ui/badge.tsx';
import { codeInWords } from '../format/words.ts';

const STATES = {
  captured: { tone: 'info', meaning: 'Sealed on the recorder, on its way to the object store.' },
  stored: { tone: 'info', meaning: 'In the object store and verified; deliveries are running.' },
  retained: { tone: 'good', meaning: 'Kept until its retention ends.' },
  disposing: { tone: 'warn', meaning: 'Its keys and objects are being destroyed.' },
  disposed: { tone: 'neutral', meaning: 'Destroyed, with a certificate.' },
} as const satisfies Record<RecordingState, { tone: Tone; meaning: string }>;

/** Where a recording is in its life. */
export function StateBadge({ state }: { readonly state: RecordingState }) {
  const { tone, meaning } = STATES[state];
  return (
    <Badge tone={tone} title={meaning}>
      {codeInWords(state)}
    </Badge>
  );
}

/** Shown while any hold keeps the recording. */
export function HeldBadge() {
  return (
    <Badge
      tone="warn"
      data-testid="hold-badge"
      title="A legal hold keeps this recording, whatever its date says."
    >
      <Lock aria-hidden /> Held
    </Badge>
  );
}

/** Shown when capture ended by a fault. */
export function PartialBadge() {
  return (
    <Badge tone="bad" title="Capture ended by a fault; what had been captured was recovered.">
      <TriangleAlert aria-hidden /> Partial
    </Badge>
  );
}

/** All badges that apply. */
export function RecordingBadges({
  recording,
}: {
  readonly recording: Pick<RecordingSummary, 'state' | 'held' | 'partial'>;
}) {
  return (
    <span className="inline-flex flex-wrap gap-1 lg:flex-nowrap">
      <StateBadge state={recording.state} />
      {recording.held && <HeldBadge />}
      {recording.partial && <PartialBadge />}
    </span>
  );
}
