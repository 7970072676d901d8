import { useQuery } from '@tanstack/react-query';
import type { Grant, GrantDetail, GrantReport, RequestGrantBody } from '../../../hub/api/schemas/grant.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

const REFRESH_MS = 10_000;

/** The reader's own grants, those to their groups, and those they asked for. */
export function useMyGrants() {
  return useQuery({
    queryKey: ['grants', 'mine'],
    queryFn: ({ signal }) => call<{ items: Grant[] }>('/api/v1/grants/mine', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Who has what until when, for readers of grants. */
export function useGrantReport(enabled: boolean) {
  return useQuery({
    queryKey: ['grants', 'report'],
    queryFn: ({ signal }) => call<GrantReport>('/api/v1/grants/report', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
    enabled,
  });
}

/** One grant with what was touched under it. */
export function useGrant(id: string) {
  return useQuery({
    queryKey: ['grants', id],
    queryFn: ({ signal }) => call<GrantDetail>(pathOf(id), { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Asks for a grant for oneself; sent again it asks once. */
export function useRequestGrant() {
  return useAct<Grant, RequestGrantBody>('/api/v1/grants', ['grants', 'approvals']);
}

/** Ends a grant, or the request for it. */
export function useRevokeGrant(id: string) {
  return useAct<Grant, { reason: string }>(`${pathOf(id)}/revoke`, ['grants', 'approvals']);
}

/** Takes an emergency right. */
export function useBreakGlass() {
  return useAct<Grant, { ticket: string; reason: string; minutes: number }>('/api/v1/break-glass', [
    'grants',
    'incidents',
  ]);
}

function pathOf(id: string): string {
  return `/api/v1/grants/${encodeURIComponent(id)}`;
}
