import { useMutation, useQuery } from '@tanstack/react-query';
import type {
  HoldPreview,
  MatterDetail,
  MatterPage,
  MatterSummary,
  NoticeLink,
  Notify,
  OpenMatter,
  PreviewHold,
  Release,
  ReleasePlan,
  ReviewMatter,
  WithReason,
} from '../../../hub/api/schemas/matter.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { CHANGES_WITH_HOLDS } from './holds.ts';
import { useAct } from './use-act.ts';

const REFRESH_MS = 10_000;
const pathOf = (id: string) => `/api/v1/matters/${encodeURIComponent(id)}`;

/** The newest matters. */
export function useMatters() {
  return useQuery({
    queryKey: ['matters'],
    queryFn: ({ signal }) => call<MatterPage>('/api/v1/matters?limit=100', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** One matter with everything about it. */
export function useMatter(id: string) {
  return useQuery({
    queryKey: ['matters', id],
    queryFn: ({ signal }) => call<MatterDetail>(pathOf(id), { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** What would become due if its holds were released now. */
export function useReleasePlan(id: string) {
  return useQuery({
    queryKey: ['matters', id, 'plan'],
    queryFn: ({ signal }) => call<ReleasePlan>(`${pathOf(id)}/release-plan`, { signal }),
  });
}

/** Counts what a query would reach. */
export function usePreview() {
  return useMutation({
    mutationFn: (body: PreviewHold) => call<HoldPreview>('/api/v1/holds/preview', { method: 'POST', body }),
  });
}

/** Opens a matter; its holds are placed afterwards. */
export function useOpenMatter() {
  return useAct<MatterSummary, OpenMatter>('/api/v1/matters', ['matters']);
}

/** Notes that a matter is still needed, and when to ask again. */
export function useReviewMatter(id: string) {
  return useAct<MatterSummary, ReviewMatter>(`${pathOf(id)}/review`, ['matters']);
}

/** Makes whoever asks the one who looks after it. */
export function useTakeOverMatter(id: string) {
  return useAct<MatterSummary, undefined>(`${pathOf(id)}/take-over`, ['matters']);
}

/** Asks for the release of the whole matter. */
export function useReleaseMatter(id: string) {
  return useAct<Release, WithReason>(`${pathOf(id)}/release`, CHANGES_WITH_HOLDS);
}

/** Takes a release back. */
export function useTakeBack(id: string, releaseId: string) {
  return useAct<Release, WithReason>(
    `${pathOf(id)}/releases/${encodeURIComponent(releaseId)}/take-back`,
    CHANGES_WITH_HOLDS,
  );
}

/** Tells a custodian; the link is shown once. */
export function useNotify(id: string) {
  return useAct<NoticeLink, Notify>(`${pathOf(id)}/notices`, CHANGES_WITH_HOLDS);
}
