import { useMutation, useQuery } from '@tanstack/react-query';
import type {
  AccessEffectView,
  AccessExampleInput,
  AccessExplanationView,
  AccessPolicyDetail,
  AccessPolicyVersionView,
  AskedPublishingView,
  ShippedAccessPolicies,
  TextCheckView,
  WhyBody,
} from '../../../hub/api/schemas/access-policy.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

const PATH = '/api/v1/access-policies';

/** What is edited: the text and its examples. */
export interface PolicyText {
  readonly text: string;
  readonly examples: readonly AccessExampleInput[];
}

/** Versions of our own policies, newest first. */
export function useAccessPolicies() {
  return useQuery({
    queryKey: ['access-policies', 'list'],
    queryFn: ({ signal }) => call<{ items: AccessPolicyVersionView[] }>(PATH, { signal }),
    refetchInterval: pollUnlessLive(10_000),
  });
}

/** One version with its text; nothing is asked for a version that is yet to be made. */
export function useAccessPolicy(version: number | null) {
  return useQuery({
    queryKey: ['access-policies', version],
    queryFn: ({ signal }) => call<AccessPolicyDetail>(`${PATH}/${String(version)}`, { signal }),
    enabled: version !== null,
  });
}

/** The policies that everybody has. */
export function useShippedPolicies() {
  return useQuery({
    queryKey: ['access-policies', 'shipped'],
    queryFn: ({ signal }) => call<ShippedAccessPolicies>(`${PATH}/shipped`, { signal }),
    staleTime: Infinity,
  });
}

/** Checks a text and asks its examples; changes nothing. */
export function useCheckPolicies() {
  return useMutation({
    mutationFn: (body: PolicyText) => call<TextCheckView>(`${PATH}/check`, question(body)),
  });
}

/** Who would gain and who would lose; changes nothing. */
export function useAccessEffect() {
  return useMutation({
    mutationFn: (body: { text: string }) => call<AccessEffectView>(`${PATH}/effect`, question(body)),
  });
}

/** Keeps a text as a draft. */
export function useSavePolicies() {
  return useAct<{ version: number; check: TextCheckView }, PolicyText & { readonly note: string }>(PATH, [
    'access-policies',
  ]);
}

/** Asks a second person to publish a version. */
export function useAskPublishing(version: number) {
  return useAct<AskedPublishingView, { readonly reason: string }>(`${PATH}/${String(version)}/publish`, [
    'access-policies',
    'approvals',
  ]);
}

/** Asks why somebody may, or may not; changes nothing. */
export function useWhy() {
  return useMutation({
    mutationFn: (body: WhyBody) => call<AccessExplanationView>(`${PATH}/why`, question(body)),
  });
}

function question(body: object) {
  return { method: 'POST', body, idempotencyKey: crypto.randomUUID() } as const;
}
