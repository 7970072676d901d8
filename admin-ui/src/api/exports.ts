import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  ExportDetail,
  ExportLink,
  ExportSummary,
  RequestExport,
} from '../../../hub/api/schemas/export.ts';
import { isLive, pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

const MOVING_REFRESH_MS = 2_000;
const RESTING_REFRESH_MS = 10_000;

/** The newest exports. */
export function useExports() {
  return useQuery({
    queryKey: ['exports'],
    queryFn: ({ signal }) => call<{ items: ExportSummary[] }>('/api/v1/exports', { signal }),
    refetchInterval: pollUnlessLive(RESTING_REFRESH_MS),
  });
}

/** One export; read more often while it is made or fetched. */
export function useExport(id: string) {
  return useQuery({
    queryKey: ['exports', id],
    queryFn: ({ signal }) => call<ExportDetail>(exportPath(id), { signal }),
    refetchInterval: (query) => {
      if (isLive()) return false;
      const { state, fetches } = query.state.data ?? {};
      const moves = state === 'approved' || state === 'making';
      return moves || fetches?.some(({ outcome }) => outcome === 'running') === true
        ? MOVING_REFRESH_MS
        : RESTING_REFRESH_MS;
    },
  });
}

/** Asks for an export; the same wish sent again asks once. */
export function useRequestExport() {
  return useAct<ExportSummary, RequestExport>('/api/v1/exports', ['exports']);
}

/** Takes an export back; sent again it acts once. */
export function useRevokeExport(id: string) {
  return useAct<ExportDetail, { reason: string }>(`${exportPath(id)}/revoke`, ['exports'], {
    answers: ['exports', id],
  });
}

/** Makes a link. Its answer is a secret and kept by nothing but the dialog that shows it. */
export function useMakeLink(id: string) {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: () => call<ExportLink>(`${exportPath(id)}/link`, { method: 'POST', body: {} }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['exports', id] }),
  });
}

function exportPath(id: string): string {
  return `/api/v1/exports/${encodeURIComponent(id)}`;
}
