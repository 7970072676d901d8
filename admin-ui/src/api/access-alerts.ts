import { useQuery } from '@tanstack/react-query';
import type {
  AccessAlertDetail,
  AccessAlertView,
  AccessRulesView,
} from '../../../hub/api/schemas/access-alert.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call, queryString } from './client.ts';
import { useAct } from './use-act.ts';

export type { AccessAlertDetail, AccessAlertView, AccessRulesView };

const REFRESH_MS = 10_000;

/** Which alerts are read, in the words of the API. */
export type AlertQuery = Readonly<Partial<Record<'kind' | 'acknowledged' | 'person', string>>>;

/** The youngest alerts of unusual access that match. */
export function useAccessAlerts(query: AlertQuery) {
  return useQuery({
    queryKey: ['access-alerts', 'list', query],
    queryFn: ({ signal }) =>
      call<{ items: AccessAlertView[] }>(`/api/v1/access-alerts${queryString(query)}`, { signal }),
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
    queryFn: ({ signal }) => call<AccessRulesView>('/api/v1/access-rules', { signal }),
  });
}

/** Sets what the tenant holds for unusual. */
export function useSetAccessRules() {
  return useAct<AccessRulesView, AccessRulesView>('/api/v1/access-rules', ['access-alerts'], {
    answers: ['access-alerts', 'rules'],
  });
}

function pathOf(id: string): string {
  return `/api/v1/access-alerts/${encodeURIComponent(id)}`;
}
