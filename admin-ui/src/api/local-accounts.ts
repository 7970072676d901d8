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

/** Switches signing in with passwords, asks a second factor beside them, or makes one account one for emergencies, or an ordinary one again. */
export type LocalAccountChange =
  | { readonly kind: 'switch'; readonly allowed: boolean }
  | { readonly kind: 'factor'; readonly secondFactor: boolean }
  | { readonly kind: 'mark'; readonly userId: string; readonly breakGlass: boolean };

function wishOf(change: LocalAccountChange, reason: string): [path: string, body: object] {
  switch (change.kind) {
    case 'switch':
      return ['/api/v1/local-sign-in', { allowed: change.allowed, reason }];
    case 'factor':
      return ['/api/v1/local-sign-in', { secondFactor: change.secondFactor, reason }];
    case 'mark': {
      const { userId, breakGlass } = change;
      return [`/api/v1/local-accounts/${encodeURIComponent(userId)}/break-glass`, { breakGlass, reason }];
    }
  }
}

/** Makes a change, with its reason; what it says afterwards is shown at once. */
export function useChangeLocalAccounts() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ change, reason }: { readonly change: LocalAccountChange; readonly reason: string }) =>
      post(...wishOf(change, reason)),
    onSuccess: (list) => {
      client.setQueryData(KEY, list);
    },
  });
}

function post(path: string, body: object): Promise<LocalAccountList> {
  return call<LocalAccountList>(path, { method: 'POST', body });
}
