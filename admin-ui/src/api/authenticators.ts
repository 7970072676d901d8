import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import type {
  AuthenticatorList,
  PasskeyQuestion,
  StepUpProof,
  StepUpState,
  TotpQuestion,
} from '../../../hub/api/schemas/authenticator.ts';
import { call } from './client.ts';

const LIST_KEY = ['authenticators'] as const;
const STATE_KEY = ['step-up'] as const;

/** With what the person can prove their presence, and when they last did. */
export const stepUpQuery = queryOptions({
  queryKey: STATE_KEY,
  queryFn: ({ signal }) => call<StepUpState>('/api/v1/step-up', { signal }),
  staleTime: 60_000,
});

/** The same, for a screen. */
export function useStepUpState() {
  return useQuery(stepUpQuery);
}

/** One's own authenticators. */
export function useAuthenticators() {
  return useQuery({
    queryKey: LIST_KEY,
    queryFn: ({ signal }) => call<AuthenticatorList>('/api/v1/authenticators', { signal }),
  });
}

function post<T>(path: string, body: object = {}): Promise<T> {
  return call<T>(`/api/v1/${path}`, { method: 'POST', body });
}

/** Runs something that changes one's authenticators, and takes over the list that it answers. */
function useChange<Input>(change: (input: Input) => Promise<AuthenticatorList>) {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: change,
    onSuccess: async (list) => {
      client.setQueryData(LIST_KEY, list);
      await client.invalidateQueries({ queryKey: STATE_KEY });
    },
  });
}

/** Adds a passkey: asks the hub, then the browser, then the hub. */
export function useAddPasskey() {
  return useChange(async (name: string) => {
    const { challengeId, options } = await post<PasskeyQuestion>('authenticators/passkey/begin');
    const response = await startRegistration({
      optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON,
    });
    return post('authenticators/passkey/finish', { challengeId, name, response });
  });
}

/** Begins to add an authenticator app; the answer holds its secret, and nothing but the screen that asked keeps it. */
export function useBeginTotp() {
  return useMutation({ gcTime: 0, mutationFn: () => post<TotpQuestion>('authenticators/totp/begin') });
}

/** Adds the app once it shows a right code. */
export function useFinishTotp() {
  return useChange((body: { readonly challengeId: string; readonly name: string; readonly code: string }) =>
    post('authenticators/totp/finish', body),
  );
}

/** Removes one. */
export function useRemoveAuthenticator() {
  return useChange((id: string) =>
    call<AuthenticatorList>(`/api/v1/authenticators/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  );
}

/** Makes new recovery codes, which are shown once. */
export function useMakeRecoveryCodes() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: () => post<{ codes: string[] }>('authenticators/recovery-codes'),
    onSuccess: () => client.invalidateQueries({ queryKey: LIST_KEY }),
  });
}

/** Takes all authenticators from somebody who lost them. */
export function useResetAuthenticators(personId: string) {
  return useMutation({
    mutationFn: (reason: string) =>
      post<{ removed: number }>(`people/${encodeURIComponent(personId)}/authenticators/reset`, { reason }),
  });
}

/** Proves one's presence with a passkey of this page, or with a code. */
export function useProve() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: async (proof: 'passkey' | Exclude<StepUpProof, { method: 'passkey' }>) => {
      if (proof !== 'passkey') return post<StepUpState>('step-up/finish', proof);
      const { challengeId, options } = await post<PasskeyQuestion>('step-up/begin');
      const response = await startAuthentication({
        optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON,
      });
      return post<StepUpState>('step-up/finish', { method: 'passkey', challengeId, response });
    },
    onSuccess: (state) => {
      client.setQueryData(STATE_KEY, state);
    },
  });
}
