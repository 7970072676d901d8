import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  IssuedToken,
  IssueTokenBody,
  RegisterCertificateBody,
  RegisteredCertificate,
  ServiceAccount,
  ServiceAccountList,
  ServiceCredential,
} from '../../../hub/api/schemas/service-account.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

export type { IssuedToken, ServiceAccount, ServiceCredential };
const KEY = 'service-accounts';
const REFRESH_MS = 30_000;

/** Accounts of machines with their tokens and certificates. */
export function useServiceAccounts() {
  return useQuery({
    queryKey: [KEY],
    queryFn: ({ signal }) => call<ServiceAccountList>('/api/v1/service-accounts', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Adds an account; sent again it is added once. */
export function useAddServiceAccount() {
  return useAct<ServiceAccount, { name: string; purpose: string }>('/api/v1/service-accounts', [KEY]);
}

/** Makes a token; its text is in the answer alone. */
export function useIssueToken(accountId: string) {
  return useAct<IssuedToken, IssueTokenBody>(
    `/api/v1/service-accounts/${encodeURIComponent(accountId)}/tokens`,
    [KEY],
  );
}

/** Registers a client certificate; sent again it is registered once. */
export function useRegisterCertificate(accountId: string) {
  return useAct<RegisteredCertificate, RegisterCertificateBody>(
    `/api/v1/service-accounts/${encodeURIComponent(accountId)}/certificates`,
    [KEY],
  );
}

/** Ends a token, a certificate or a whole account. */
export function useEndService() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, id, reason }: { kind: 'account' | 'credential'; id: string; reason: string }) =>
      call<unknown>(
        kind === 'account'
          ? `/api/v1/service-accounts/${encodeURIComponent(id)}/end`
          : `/api/v1/service-credentials/${encodeURIComponent(id)}/revoke`,
        { method: 'POST', body: { reason } },
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: [KEY] }),
  });
}
