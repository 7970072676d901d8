import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RequestDetail, RequestSummary } from '../../../hub/api/schemas/request.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';
import { IntentKeys } from './intent-keys.ts';

const REFRESH_MS = 10_000;

/** What people do with a request; the path of the API ends in the same word. */
export type RequestVerb =
  'verify' | 'decisions' | 'submit' | 'extend' | 'refuse' | 'withdraw' | 'copy' | 'take-over';

/** Requests of people, open ones first. */
export function useRequests() {
  return useQuery({
    queryKey: ['requests'],
    queryFn: ({ signal }) => call<{ items: RequestSummary[] }>('/api/v1/requests', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** One request with its clocks, items, receipts and history. */
export function useRequest(id: string) {
  return useQuery({
    queryKey: ['requests', id],
    queryFn: ({ signal }) => call<RequestDetail>(pathOf(id), { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Opens a request; sent again it opens one. */
export function useOpenRequest() {
  return useAct<RequestSummary>('/api/v1/requests', ['requests']);
}

/** Does something with a request; sent again it acts once. */
export function useActOnRequest(id: string) {
  const client = useQueryClient();
  const [keys] = useState(() => new IntentKeys());
  return useMutation({
    mutationFn: ({ verb, body }: { readonly verb: RequestVerb; readonly body: object }) =>
      call<RequestDetail>(`${pathOf(id)}/${verb}`, {
        method: 'POST',
        body,
        idempotencyKey: keys.keyFor(`${verb} ${JSON.stringify(body)}`),
      }),
    onSuccess: (detail) => {
      keys.settle();
      client.setQueryData(['requests', id], detail);
      return client.invalidateQueries({ queryKey: ['requests'], exact: true });
    },
  });
}

function pathOf(id: string): string {
  return `/api/v1/requests/${encodeURIComponent(id)}`;
}

/** Where the answer is served as pages for the person. */
export function letterPath(id: string): string {
  return `${pathOf(id)}/letter`;
}
