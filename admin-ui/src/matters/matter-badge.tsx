import type { MatterSummary } from '../../../hub/api/schemas/matter.ts';
import { Badge } from '../components/ui/badge.tsx';

/** Where a matter stands. */
export function MatterBadge({ matter }: { readonly matter: Pick<MatterSummary, 'state' | 'activeHolds'> }) {
  if (matter.state === 'closed') return <Badge>Closed</Badge>;
  if (matter.state === 'releasing') return <Badge tone="accent">Releasing</Badge>;
  return <Badge tone="warn">{matter.activeHolds === 0 ? 'Open, nothing held' : 'Open'}</Badge>;
}
