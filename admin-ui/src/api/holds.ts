import { useQuery } from '@tanstack/react-query';
import type { Hold, PlaceHold } from '../../../hub/api/schemas/hold.ts';
import type { Release, WithReason } from '../../../hub/api/schemas/matter.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

/** A hold changes the lists of holds and matters, what waits for a second person, the recordings under it and their custody. */
export const CHANGES_WITH_HOLDS = ['holds', 'matters', 'approvals', 'recording', 'recordings'];

/** All holds of the tenant. */
export function useHolds() {
  return useQuery({
    queryKey: ['holds'],
    queryFn: ({ signal }) => call<{ items: Hold[] }>('/api/v1/holds', { signal }),
    refetchInterval: pollUnlessLive(10_000),
  });
}

/** Places a hold, on a recording or by a query; the same body sent again acts once. */
export function usePlaceHold() {
  return useAct<Hold, PlaceHold>('/api/v1/holds', CHANGES_WITH_HOLDS);
}

/** Asks for the release of a hold; the same reason sent again asks once. */
export function useReleaseHold(holdId: string) {
  return useAct<Release, WithReason>(
    `/api/v1/holds/${encodeURIComponent(holdId)}/release`,
    CHANGES_WITH_HOLDS,
  );
}
