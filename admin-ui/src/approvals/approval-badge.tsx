import type { ApprovalSummary } from '../../../hub/api/schemas/approval.ts';
import { Badge } from '../components/ui/badge.tsx';
import { stateInWords } from './approval-words.ts';

/** Where an approval stands. */
export function ApprovalBadge({ entry }: { readonly entry: Pick<ApprovalSummary, 'state' | 'dueAt'> }) {
  const { label, tone } = stateInWords(entry, new Date());
  return (
    <Badge tone={tone} data-testid="approval-state">
      {label}
    </Badge>
  );
}
