import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  OwnPolicy,
  PackDetail,
  PackDiff,
  PackSummary,
  Proposal,
  SimulateBody,
  Simulation,
} from '../../../hub/api/schemas/policy.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { IntentKeys } from './intent-keys.ts';
import { useAct } from './use-act.ts';

/** Rule packs, the one in force first. */
export function usePacks() {
  return useQuery({
    queryKey: ['policy', 'packs'],
    queryFn: ({ signal }) => call<{ items: PackSummary[] }>('/api/v1/policy/packs', { signal }),
    refetchInterval: pollUnlessLive(10_000),
  });
}

/** One pack with its rows, which never change. */
export function usePack(digest: string) {
  return useQuery({
    queryKey: ['policy', 'pack', digest],
    queryFn: ({ signal }) => call<PackDetail>(`/api/v1/policy/packs/${digest}`, { signal }),
    staleTime: Infinity,
  });
}

/** What a pack would change against the one in force; asked for, because it decides a sample of the recordings. */
export function usePackDiff(digest: string) {
  return useQuery({
    queryKey: ['policy', 'diff', digest],
    queryFn: ({ signal }) => call<PackDiff>(`/api/v1/policy/packs/${digest}/diff`, { signal }),
    staleTime: 60_000,
  });
}

/** Versions of the tenant's own policy, newest first. */
export function useOwnPolicy() {
  return useQuery({
    queryKey: ['policy', 'own'],
    queryFn: ({ signal }) => call<{ items: OwnPolicy[] }>('/api/v1/policy/own', { signal }),
    refetchInterval: pollUnlessLive(10_000),
  });
}

/** Asks a second person that a pack come into force; sent again it asks once. */
export function useProposePack(digest: string) {
  const client = useQueryClient();
  const [keys] = useState(() => new IntentKeys());
  return useMutation({
    mutationFn: (body: { reason: string; rollback: boolean }) =>
      call<Proposal>(`/api/v1/policy/packs/${digest}/activate`, {
        method: 'POST',
        body,
        idempotencyKey: keys.keyFor(JSON.stringify(body)),
      }),
    onSuccess: () => {
      keys.settle();
      return client.invalidateQueries();
    },
  });
}

/** Asks a second person to agree to a new version of our own policy; sent again it asks once. */
export function useProposePolicy() {
  return useAct<Proposal>('/api/v1/policy/own', ['policy', 'approvals']);
}

/** Asks "why" and "what if"; changes nothing. */
export function useSimulate() {
  return useMutation({
    mutationFn: (body: SimulateBody) =>
      call<Simulation>('/api/v1/policy/simulate', {
        method: 'POST',
        body,
        idempotencyKey: crypto.randomUUID(),
      }),
  });
}
