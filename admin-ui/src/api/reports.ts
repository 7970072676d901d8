import { useQuery } from '@tanstack/react-query';
import type {
  CallRecordItem,
  CallsOverview,
  FindingItem,
  ReportDetail,
  ReportSummary,
} from '../../../hub/api/schemas/report.ts';
import { isLive, pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

const MOVING_REFRESH_MS = 2_000;
const RESTING_REFRESH_MS = 15_000;

/** The newest compliance reports; read more often while one is made. */
export function useReports() {
  return useQuery({
    queryKey: ['reports'],
    queryFn: ({ signal }) => call<{ items: ReportSummary[] }>('/api/v1/reports', { signal }),
    refetchInterval: (query) => {
      if (isLive()) return false;
      return query.state.data?.items.some(isMoving) === true ? MOVING_REFRESH_MS : RESTING_REFRESH_MS;
    },
  });
}

/** One report with its sections. */
export function useReport(id: string) {
  return useQuery({
    queryKey: ['reports', id],
    queryFn: ({ signal }) => call<ReportDetail>(reportPath(id), { signal }),
    refetchInterval: (query) =>
      query.state.data !== undefined && isMoving(query.state.data) && !isLive() ? MOVING_REFRESH_MS : false,
  });
}

/** Asks for a report; the same wish sent again asks once. */
export function useMakeReport() {
  return useAct<ReportSummary, { from: string; to: string }>('/api/v1/reports', ['reports']);
}

/** Findings that are open. */
export function useOpenFindings() {
  return useQuery({
    queryKey: ['findings'],
    queryFn: ({ signal }) => call<{ items: FindingItem[] }>('/api/v1/findings?state=open', { signal }),
    refetchInterval: pollUnlessLive(RESTING_REFRESH_MS),
  });
}

/** Ends a finding with a reason; sent again it acts once. */
export function useSettleFinding(id: string) {
  return useAct<FindingItem, { reason: string }>(`/api/v1/findings/${encodeURIComponent(id)}/settle`, [
    'findings',
  ]);
}

/** How the comparison of calls with recordings stands. */
export function useCallsOverview() {
  return useQuery({
    queryKey: ['call-records', 'overview'],
    queryFn: ({ signal }) => call<CallsOverview>('/api/v1/call-records/overview', { signal }),
    refetchInterval: pollUnlessLive(RESTING_REFRESH_MS),
  });
}

/** Calls without a recording and without an explanation. */
export function useMissingCalls() {
  return useQuery({
    queryKey: ['call-records', 'missing'],
    queryFn: ({ signal }) =>
      call<{ items: CallRecordItem[] }>('/api/v1/call-records?outcome=missing', { signal }),
    refetchInterval: pollUnlessLive(RESTING_REFRESH_MS),
  });
}

/** Where a sealed file of a report is saved from. */
export function reportFilePath(id: string, kind: 'json' | 'pdf'): string {
  return `${reportPath(id)}/report.${kind}`;
}

function isMoving({ state }: Pick<ReportSummary, 'state'>): boolean {
  return state === 'asked' || state === 'making';
}

function reportPath(id: string): string {
  return `/api/v1/reports/${encodeURIComponent(id)}`;
}
