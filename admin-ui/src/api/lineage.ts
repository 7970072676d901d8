import { useQuery } from '@tanstack/react-query';
import type { Lineage } from '../../../hub/api/schemas/lineage.ts';
import { call } from './client.ts';
import { recordingPath } from './recording.ts';

/** Where a recording went, and who may use it now. Read when the page opens; each reading is an access. */
export function useLineage(recordingId: string) {
  return useQuery({
    queryKey: ['recording', recordingId, 'lineage'],
    queryFn: ({ signal }) => call<Lineage>(`${recordingPath(recordingId)}/lineage`, { signal }),
  });
}
