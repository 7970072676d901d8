import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type {
  AccessAlertDetail,
  AccessAlertPage,
  AccessAlertView,
  AccessRulesChange,
  AccessRulesView,
  StandingAccessRules,
} from '../../../hub/api/schemas/access-alert.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call, queryString } from './client.ts';
import { useAct } from './use-act.ts';

export type { AccessAlertDetail, AccessAlertView, AccessRulesView, StandingAccessRules };

const REFRESH_MS = 10_000;

/** Which alerts are read, in the words of the API. */
export type AlertQuery = Readonly<Partial<Record<'kind' | 'acknowledged' | 'person', string>>>;

/** The alerts of unusual access that match, page by page. */
export function useAccessAlerts(query: AlertQuery) {
  return useInfiniteQuery({
    queryKey: ['access-alerts', 'list', query],
    queryFn: ({ pageParam: cursor, signal }) =>
      call<AccessAlertPage>(`/api/v1/access-alerts${queryString({ ...query, cursor })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** One alert with what was touched. */
export function useAccessAlert(id: string) {
  return useQuery({
    queryKey: ['access-alerts', 'one', id],
    queryFn: ({ signal }) => call<AccessAlertDetail>(pathOf(id), { signal }),
  });
}

/** Takes note of an alert; sent again it acts once. */
export function useAcknowledgeAlert(id: string) {
  return useAct<AccessAlertDetail, { reason: string }>(`${pathOf(id)}/acknowledge`, ['access-alerts'], {
    answers: ['access-alerts', 'one', id],
  });
}

/** What the tenant holds for unusual. */
export function useAccessRules() {
  return useQuery({
    queryKey: ['access-alerts', 'rules'],
    queryFn: ({ signal }) => call<StandingAccessRules>('/api/v1/access-rules', { signal }),
  });
}

/** Sets what the tenant holds for unusual; what watches less waits for a second person. */
export function useSetAccessRules() {
  return useAct<StandingAccessRules, AccessRulesChange>(
    '/api/v1/access-rules',
    ['access-alerts', 'approvals'],
    {
      answers: ['access-alerts', 'rules'],
    },
  );
}

function pathOf(id: string): string {
  return `/api/v1/access-alerts/${encodeURIComponent(id)}`;
}
