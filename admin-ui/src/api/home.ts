import { useQuery } from '@tanstack/react-query';
import type { Home } from '../../../hub/api/schemas/home.ts';
import { pollSlowlyWhileLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';

const REFRESH_MS = 15_000;
/** A clock that runs out and a recorder that falls silent tell nothing, so they are asked about also while the hub tells of changes. */
const TIME_PASSES_MS = 60_000;

/** What waits for whoever is signed in. */
export function useHome() {
  return useQuery({
    queryKey: ['home'],
    queryFn: ({ signal }) => call<Home>('/api/v1/home', { signal }),
    refetchInterval: pollSlowlyWhileLive(REFRESH_MS, TIME_PASSES_MS),
  });
}
