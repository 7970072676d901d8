import { useQuery } from '@tanstack/react-query';
import type { Custody } from '../../../hub/api/schemas/ledger.ts';
import { call } from './client.ts';
import { recordingPath } from './recording.ts';

/** What the ledger says about a recording; read again now and then, because playbacks are entered too. */
export function useCustody(recordingId: string, enabled: boolean) {
  return useQuery({
    queryKey: ['recording', recordingId, 'custody'],
    queryFn: ({ signal }) => call<Custody>(`${recordingPath(recordingId)}/custody`, { signal }),
    refetchInterval: 10_000,
    enabled,
  });
}
