import type { MatterSummary } from '../../../hub/api/schemas/matter.ts';
import { Badge } from '../components/ui/badge.tsx';
import { matterState } from './matter-words.ts';

/** Where a matter stands. */
export function MatterBadge({ matter }: { readonly matter: Pick<MatterSummary, 'state' | 'activeHolds'> }) {
  const { label, tone } = matterState(matter);
  return (
    <Badge tone={tone} data-testid="matter-state">
      {label}
    </Badge>
  );
}
