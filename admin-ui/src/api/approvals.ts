import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  ApprovalDetail,
  ApprovalSummary,
  DelegateBody,
  DelegationSummary,
} from '../../../hub/api/schemas/approval.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

const REFRESH_MS = 10_000;
const COUNT_REFRESH_MS = 20_000;

/** What people can do with an open approval. */
export type ApprovalVerb = 'approve' | 'refuse' | 'withdraw';

/** What waits for the reader's decision; also the count in the navigation. */
export function useWaitingApprovals() {
  return useQuery({
    queryKey: ['approvals', 'waiting'],
    queryFn: ({ signal }) => call<{ items: ApprovalSummary[] }>('/api/v1/approvals/waiting', { signal }),
    refetchInterval: pollUnlessLive(COUNT_REFRESH_MS),
  });
}

/** Every approval, newest first, for readers of approvals. */
export function useApprovals(enabled: boolean) {
  return useQuery({
    queryKey: ['approvals', 'all'],
    queryFn: ({ signal }) => call<{ items: ApprovalSummary[] }>('/api/v1/approvals', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
    enabled,
  });
}

/** One approval with its history. */
export function useApproval(id: string) {
  return useQuery({
    queryKey: ['approvals', id],
    queryFn: ({ signal }) => call<ApprovalDetail>(pathOf(id), { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Decides about an approval or withdraws it; sent again it acts once. */
export function useDecideApproval(id: string, verb: ApprovalVerb) {
  return useAct<ApprovalDetail, { reason?: string; remark?: string }>(
    `${pathOf(id)}/${verb}`,
    ['approvals'],
    { answers: ['approvals', id] },
  );
}

/** Rights to decide that the reader has lent or was lent. */
export function useDelegations() {
  return useQuery({
    queryKey: ['delegations'],
    queryFn: ({ signal }) => call<{ items: DelegationSummary[] }>('/api/v1/delegations', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Lends the reader's own right; the same wish sent again lends once. */
export function useDelegate() {
  return useAct<DelegationSummary, DelegateBody>('/api/v1/delegations', ['delegations']);
}

/** Takes a lent right back. */
export function useEndDelegation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      call<{ items: DelegationSummary[] }>(`/api/v1/delegations/${encodeURIComponent(id)}/end`, {
        method: 'POST',
        body: {},
      }),
    onSuccess: (list) => {
      client.setQueryData(['delegations'], list);
      return client.invalidateQueries({ queryKey: ['approvals'] });
    },
  });
}

function pathOf(id: string): string {
  return `/api/v1/approvals/${encodeURIComponent(id)}`;
}
