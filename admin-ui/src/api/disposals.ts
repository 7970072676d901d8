import { useQuery } from '@tanstack/react-query';
import type {
  CertificateDetail,
  CertificateList,
  DisposalPlan,
  DisposalRun,
} from '../../../hub/api/schemas/disposal.ts';
import { pollSlowlyWhileLive, pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';

const REFRESH_MS = 10_000;

/** The newest runs of disposals. */
export function useDisposalRuns() {
  return useQuery({
    queryKey: ['disposals', 'runs'],
    queryFn: ({ signal }) => call<{ items: DisposalRun[] }>('/api/v1/disposals/runs', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** One run. */
export function useDisposalRun(id: string) {
  return useQuery({
    queryKey: ['disposals', 'runs', id],
    queryFn: ({ signal }) =>
      call<DisposalRun>(`/api/v1/disposals/runs/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: pollSlowlyWhileLive(REFRESH_MS, REFRESH_MS * 3),
  });
}

/** The certificate of one recording, whole. */
export function useCertificate(recordingId: string) {
  return useQuery({
    queryKey: ['disposals', 'certificates', recordingId],
    queryFn: ({ signal }) =>
      call<CertificateDetail>(`/api/v1/disposals/certificates/${encodeURIComponent(recordingId)}`, {
        signal,
      }),
  });
}

/** The newest certificates. */
export function useCertificates() {
  return useQuery({
    queryKey: ['disposals', 'certificates'],
    queryFn: ({ signal }) => call<CertificateList>('/api/v1/disposals/certificates', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** What would go so many days from now; decided when it is asked for, and not again by itself. */
export function useDisposalPlan(days: number, enabled: boolean) {
  return useQuery({
    queryKey: ['disposals', 'plan', days],
    queryFn: ({ signal }) => {
      const at = new Date(Date.now() + days * 86_400_000).toISOString();
      return call<DisposalPlan>(`/api/v1/disposals/plan?at=${encodeURIComponent(at)}`, { signal });
    },
    enabled,
    staleTime: Infinity,
  });
}
