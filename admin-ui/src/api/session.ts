import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { startAuthentication, type PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import type { PasskeySignInQuestion } from '../../../hub/api/schemas/authenticator.ts';
import type { PasswordSignIn, Session } from '../../../hub/api/schemas/session.ts';
import { call } from './client.ts';
import { SESSION_KEY } from './query-client.ts';

/** Who is signed in; every other query notices the end of a session, so this one is read once. */
export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: ({ signal }) => call<Session>('/api/v1/session', { signal }),
  staleTime: Infinity,
});

/** Who is signed in now, asked of the hub; nobody is asked to sign in for it. */
export function readSession(): Promise<Session> {
  return call<Session>('/api/v1/session', { withoutSession: true });
}

/** The session of the signed-in part of the console; the route has loaded it before anything renders. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** Redeems a one-time token. It works once: the caller must not send the same token twice. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationKey: SESSION_KEY,
    mutationFn: (token: string) =>
      call<Session>('/api/v1/session', { method: 'POST', body: { token }, withoutSession: true }),
    onSuccess: (session) => {
      client.setQueryData(SESSION_KEY, session);
    },
  });
}

/** Signs in with a passkey: asks the hub, then the browser, then the hub. */
export function useSignInWithPasskey() {
  const client = useQueryClient();
  return useMutation({
    mutationKey: SESSION_KEY,
    mutationFn: async () => {
      const { options } = await call<PasskeySignInQuestion>('/api/v1/session/passkey/begin', {
        method: 'POST',
        body: {},
        withoutSession: true,
      });
      const response = await startAuthentication({
        optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON,
      });
      return call<Session>('/api/v1/session/passkey/finish', {
        method: 'POST',
        body: { response },
        withoutSession: true,
      });
    },
    onSuccess: (session) => {
      client.setQueryData(SESSION_KEY, session);
    },
  });
}

/** Signs in with a password that is kept here. */
export function useSignInWithPassword() {
  const client = useQueryClient();
  return useMutation({
    mutationKey: SESSION_KEY,
    gcTime: 0, // nothing keeps what was typed
    mutationFn: (body: PasswordSignIn) =>
      call<Session>('/api/v1/session/password', { method: 'POST', body, withoutSession: true }),
    onSuccess: (session) => {
      client.setQueryData(SESSION_KEY, session);
    },
  });
}

/** Ends the session on the hub; answers where it ends at the identity provider as well, if there is one. */
export function useSignOut() {
  return useMutation({
    mutationKey: SESSION_KEY,
    mutationFn: () =>
      call<{ readonly url: string | null }>('/auth/sign-out', { method: 'POST', withoutSession: true }),
  });
}
