import type { RecordingState, RecordingSummary } from '../../../hub/api/schemas/recording.ts';
import { Lock, TriangleAlert } from 'lucide-react';
import { Badge } from '../components/ui/badge.tsx';
import type { Tone } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';
import { valueInWords } from './facet-words.ts';

const STATES = {
  captured: { tone: 'info', meaning: t('Sealed on the recorder, on its way to the object store.') },
  stored: { tone: 'info', meaning: t('In the object store and verified; deliveries are running.') },
  retained: { tone: 'good', meaning: t('Kept until its retention ends.') },
  disposing: { tone: 'warn', meaning: t('Its keys and objects are being destroyed.') },
  disposed: { tone: 'neutral', meaning: t('Destroyed, with a certificate.') },
} as const satisfies Record<RecordingState, { tone: Tone; meaning: string }>;

/** Where a recording is in its life. */
export function StateBadge({ state }: { readonly state: RecordingState }) {
  const { tone, meaning } = STATES[state];
  return (
    <Badge tone={tone} title={meaning}>
      {valueInWords('state', state)}
    </Badge>
  );
}

/** Shown while any hold keeps the recording. */
export function HeldBadge() {
  return (
    <Badge
      tone="warn"
      data-testid="hold-badge"
      title={t('A legal hold keeps this recording, whatever its date says.')}
    >
      <Lock aria-hidden /> {t('Held')}
    </Badge>
  );
}

/** Shown when capture ended by a fault. */
export function PartialBadge() {
  return (
    <Badge tone="bad" title={t('Capture ended by a fault; what had been captured was recovered.')}>
      <TriangleAlert aria-hidden /> {t('Partial')}
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
