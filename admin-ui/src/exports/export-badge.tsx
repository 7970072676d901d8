import type { ExportSummary } from '../../../hub/api/schemas/export.ts';
import { Badge } from '../components/ui/badge.tsx';
import { stateInWords } from './export-words.ts';

/** Where an export stands. */
export function ExportBadge({ entry }: { readonly entry: Pick<ExportSummary, 'state' | 'expiresAt'> }) {
  const { label, tone, meaning } = stateInWords(entry, new Date());
  return (
    <Badge tone={tone} title={meaning} data-testid="export-state">
      {label}
    </Badge>
  );
}
