import { useQuery } from '@tanstack/react-query';
import type { Custody } from '../../../hub/api/schemas/ledger.ts';
import { pollSlowlyWhileLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { recordingPath } from './recording.ts';

/** What the ledger says about a recording; read again with every checkpoint, because playbacks are entered too. */
export function useCustody(recordingId: string, enabled: boolean) {
  return useQuery({
    queryKey: ['custody', recordingId],
    queryFn: ({ signal }) => call<Custody>(`${recordingPath(recordingId)}/custody`, { signal }),
    refetchInterval: pollSlowlyWhileLive(10_000, 60_000),
    enabled,
  });
}
