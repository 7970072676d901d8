import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { OwnPassword } from '../../../hub/api/schemas/session.ts';
import type { OpenSession } from '../../../hub/api/schemas/session-list.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';

export type { OpenSession };
const REFRESH_MS = 15_000;
const KEY = 'sessions';

/** One's own open sessions. */
export function useOwnSessions() {
  return useQuery({
    queryKey: [KEY, 'own'],
    queryFn: ({ signal }) => call<{ items: OpenSession[] }>('/api/v1/sessions', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Open sessions of everybody, for those who may end them. */
export function useAllSessions(enabled: boolean) {
  return useQuery({
    queryKey: [KEY, 'all'],
    queryFn: ({ signal }) => call<{ items: OpenSession[] }>('/api/v1/sessions/all', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
    enabled,
  });
}

function useEnding<Input>(end: (input: Input) => Promise<{ ended: number }>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: end,
    onSuccess: () => client.invalidateQueries({ queryKey: [KEY] }),
  });
}

/** Ends one of one's own sessions. */
export function useEndOwnSession() {
  return useEnding((id: string) =>
    call<{ ended: number }>(`/api/v1/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  );
}

/** Ends all of one's own sessions but this one. */
export function useEndOtherSessions() {
  return useEnding(() => call<{ ended: number }>('/api/v1/sessions', { method: 'DELETE' }));
}

/** Ends a session of somebody else, with a reason. */
export function useEndSession() {
  return useEnding(({ id, reason }: { readonly id: string; readonly reason: string }) =>
    call<{ ended: number }>(`/api/v1/sessions/${encodeURIComponent(id)}/end`, {
      method: 'POST',
      body: { reason },
    }),
  );
}

/** Sets one's own password; every other session of one's own ends. */
export function useSetPassword() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0, // nothing keeps what was typed
    mutationFn: (body: OwnPassword) =>
      call<unknown>('/api/v1/session/own-password', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: [KEY] }),
  });
}
