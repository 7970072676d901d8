import { useMutation, useQuery } from '@tanstack/react-query';
import type {
  ProviderDetail,
  ProviderSummary,
  RoleRules,
  RoleRulesPreview,
} from '../../../hub/api/schemas/identity-provider.ts';
import { call, queryString } from './client.ts';
import { useAct } from './use-act.ts';

/** A provider that people of a domain may sign in with. */
export interface OfferedProvider {
  readonly provider: string;
  readonly name: string;
  readonly tenant: string;
}

/** Which providers serve an e-mail address; asked by people who are not signed in. */
export function useFindProviders() {
  return useMutation({
    mutationFn: (email: string) =>
      call<{ readonly items: OfferedProvider[] }>(`/auth/providers${queryString({ email })}`),
  });
}

/** All providers of the tenant. */
export function useProviders() {
  return useQuery({
    queryKey: ['identity-providers'],
    queryFn: ({ signal }) => call<{ items: ProviderSummary[] }>('/api/v1/identity-providers', { signal }),
  });
}

/** One provider, with what its newest test brought. */
export function useProvider(id: string) {
  return useQuery({
    queryKey: ['identity-providers', id],
    queryFn: ({ signal }) =>
      call<ProviderDetail>(`/api/v1/identity-providers/${encodeURIComponent(id)}`, { signal }),
  });
}

/** Reads the metadata of a SAML provider, so that a person can look at it. */
export function useReadMetadata() {
  return useMutation({
    mutationFn: (body: { readonly metadata: string } | { readonly url: string }) =>
      call<{
        readonly entityId: string;
        readonly signInUrl: string;
        readonly logoutUrl: string | null;
        readonly logoutResponseUrl: string | null;
        readonly certificates: string[];
      }>('/api/v1/identity-providers/read-metadata', { method: 'POST', body }),
  });
}

/** Adds a provider as a draft. */
export function useAddProvider() {
  return useAct<{ readonly id: string }>('/api/v1/identity-providers', ['identity-providers']);
}

/** Changes a provider, gives it a secret, or moves it; `what` is the last part of the path. */
export function useActOnProvider(id: string, what: '' | '/secret' | '/state') {
  return useAct<ProviderSummary>(`/api/v1/identity-providers/${encodeURIComponent(id)}${what}`, [
    'identity-providers',
  ]);
}

/** The rules from groups to roles. */
export function useRoleRules() {
  return useQuery({
    queryKey: ['role-rules'],
    queryFn: ({ signal }) => call<RoleRules>('/api/v1/role-rules', { signal }),
  });
}

/** Puts other rules in the place of a version. */
export function useChangeRoleRules() {
  return useAct<RoleRules>('/api/v1/role-rules', ['role-rules']);
}

/** What rules would come to. */
export function usePreviewRoleRules() {
  return useMutation({
    mutationFn: (body: { readonly rules: RoleRules['rules'] }) =>
      call<RoleRulesPreview>('/api/v1/role-rules/preview', { method: 'POST', body }),
  });
}
