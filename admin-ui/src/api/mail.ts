import { useQuery } from '@tanstack/react-query';
import type { MailSettingBody, MailStanding, MailView } from '../../../hub/api/schemas/mail.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call, queryString } from './client.ts';
import { useAct } from './use-act.ts';

export type { MailStanding, MailView };

const REFRESH_MS = 10_000;
const STALE = ['mail', 'mail-settings'];

/** Whether people get mail, and from whom. */
export function useMailStanding(enabled = true) {
  return useQuery({
    queryKey: ['mail-settings'],
    queryFn: ({ signal }) => call<MailStanding>('/api/v1/mail-settings', { signal }),
    enabled,
  });
}

/** The newest mails, in one state or in any. */
export function useMail(state?: MailView['state']) {
  return useQuery({
    queryKey: ['mail', state ?? 'all'],
    queryFn: ({ signal }) => call<{ items: MailView[] }>(`/api/v1/mail${queryString({ state })}`, { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Says from whom mail comes, or switches it off. */
export function useSetMail() {
  return useAct<MailStanding, MailSettingBody>('/api/v1/mail-settings', STALE);
}

/** Sends a mail without meaning to whoever asks. */
export function useTestMail() {
  return useAct<unknown, undefined>('/api/v1/mail/test', STALE);
}

/** Sends a failed mail again. */
export function useRetryMail(id: string) {
  return useAct<unknown, undefined>(`/api/v1/mail/${encodeURIComponent(id)}/retry`, STALE);
}

/** Gives a person an address, or none. */
export function useSetAddress(personId: string) {
  return useAct<unknown, { readonly email: string | null }>(
    `/api/v1/people/${encodeURIComponent(personId)}/email`,
    ['people'],
  );
}

/** Mails a person a link that signs them in once. */
export function useMailSignInLink(personId: string) {
  return useAct<unknown, undefined>(`/api/v1/people/${encodeURIComponent(personId)}/sign-in-link`, STALE);
}
