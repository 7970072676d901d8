import { useQuery } from '@tanstack/react-query';
import type { IncidentDetail, IncidentSummary } from '../../../hub/api/schemas/incident.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

const REFRESH_MS = 10_000;

/** What people do with an incident. */
export type IncidentVerb =
  | 'acknowledge'
  | 'assign'
  | 'note'
  | 'classify'
  | 'answer'
  | 'contain'
  | 'resolve'
  | 'post-mortem'
  | 'close'
  | 'reopen';

/** Incidents, those that are not closed first. */
export function useIncidents() {
  return useQuery({
    queryKey: ['incidents'],
    queryFn: ({ signal }) => call<{ items: IncidentSummary[] }>('/api/v1/incidents', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** One incident. */
export function useIncident(id: string) {
  return useQuery({
    queryKey: ['incidents', id],
    queryFn: ({ signal }) => call<IncidentDetail>(pathOf(id), { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Reports an incident; the same report sent again opens one. */
export function useReportIncident() {
  return useAct<IncidentDetail>('/api/v1/incidents', ['incidents']);
}

/** Does something with an incident; sent again it acts once. */
export function useHandleIncident(id: string, verb: IncidentVerb) {
  return useAct<IncidentDetail>(`${pathOf(id)}/${verb}`, ['incidents'], { answers: ['incidents', id] });
}

function pathOf(id: string): string {
  return `/api/v1/incidents/${encodeURIComponent(id)}`;
}
