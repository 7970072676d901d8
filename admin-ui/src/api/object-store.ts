import { useQuery } from '@tanstack/react-query';
import type { ObjectStore } from '../../../hub/api/schemas/object-store.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';

const REFRESH_MS = 60_000;

/** The object store and what its promises proved to be worth. */
export function useObjectStore() {
  return useQuery({
    queryKey: ['object-store'],
    queryFn: ({ signal }) => call<ObjectStore>('/api/v1/object-store', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}
