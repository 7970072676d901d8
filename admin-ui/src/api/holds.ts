import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import type { Hold, PlaceHold, ReleaseHold } from '../../../hub/api/schemas/hold.ts';
import { call } from './client.ts';
import { IntentKeys } from './intent-keys.ts';

/** All holds of the tenant. */
export function useHolds() {
  return useQuery({
    queryKey: ['holds'],
    queryFn: ({ signal }) => call<{ items: Hold[] }>('/api/v1/holds', { signal }),
    refetchInterval: 10_000,
  });
}

/** Places a hold; the same body sent again acts once. */
export function usePlaceHold() {
  return useHoldAct((body: PlaceHold) => ({ path: '/api/v1/holds', body }));
}

/** Releases a hold; the same reason sent again acts once. */
export function useReleaseHold(holdId: string) {
  return useHoldAct((body: ReleaseHold) => ({
    path: `/api/v1/holds/${encodeURIComponent(holdId)}/release`,
    body,
  }));
}

function useHoldAct<Body>(request: (body: Body) => { path: string; body: Body }) {
  const client = useQueryClient();
  const [keys] = useState(() => new IntentKeys());
  return useMutation({
    mutationFn: (wanted: Body) => {
      const { path, body } = request(wanted);
      return call<Hold>(path, { method: 'POST', body, idempotencyKey: keys.keyFor(JSON.stringify(body)) });
    },
    onSuccess: () => {
      keys.settle();
      return refreshHeld(client);
    },
  });
}

/** A hold changes the list, the recordings under it and their custody. */
async function refreshHeld(client: QueryClient): Promise<void> {
  await Promise.all(
    [['holds'], ['recording'], ['recordings']].map((queryKey) => client.invalidateQueries({ queryKey })),
  );
}
