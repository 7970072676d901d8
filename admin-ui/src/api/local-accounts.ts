import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { LocalAccount, LocalAccountList } from '../../../hub/api/schemas/local-account.ts';
import { call } from './client.ts';

export type { LocalAccount };
const KEY = ['local-accounts'];

/** People with a password kept here, and whether such passwords count. */
export function useLocalAccounts(enabled: boolean) {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call<LocalAccountList>('/api/v1/local-accounts', { signal }),
    enabled,
  });
}

/** Switches signing in with passwords, or makes one account one for emergencies, or an ordinary one again. */
export type LocalAccountChange =
  | { readonly kind: 'switch'; readonly allowed: boolean }
  | { readonly kind: 'mark'; readonly userId: string; readonly breakGlass: boolean };

/** Makes a change, with its reason; what it says afterwards is shown at once. */
export function useChangeLocalAccounts() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ change, reason }: { readonly change: LocalAccountChange; readonly reason: string }) =>
      change.kind === 'switch'
        ? post('/api/v1/local-sign-in', { allowed: change.allowed, reason })
        : post(`/api/v1/local-accounts/${encodeURIComponent(change.userId)}/break-glass`, {
            breakGlass: change.breakGlass,
            reason,
          }),
    onSuccess: (list) => {
      client.setQueryData(KEY, list);
    },
  });
}

function post(path: string, body: object): Promise<LocalAccountList> {
  return call<LocalAccountList>(path, { method: 'POST', body });
}
