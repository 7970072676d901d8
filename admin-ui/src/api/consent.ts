import { useQuery } from '@tanstack/react-query';
import type {
  ConsentChange,
  ConsentChangeDetail,
  RecordingConsent,
} from '../../../hub/api/schemas/consent.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

const REFRESH_MS = 10_000;

/** What the console asks for when a party changes its mind. */
export interface AskedChange {
  readonly kind: 'assented' | 'refused' | 'withdrawn';
  readonly effect: 'restrict' | 'erase';
  readonly recordingId?: string;
  readonly partyOrdinals?: number[];
  readonly address?: string;
  readonly reason: string;
}

/** Everything about consent in one recording. */
export function useConsent(recordingId: string) {
  return useQuery({
    queryKey: ['recording', recordingId, 'consent'],
    queryFn: ({ signal }) =>
      call<RecordingConsent>(`/api/v1/recordings/${encodeURIComponent(recordingId)}/consent`, { signal }),
  });
}

/** The newest changes of consent. */
export function useConsentChanges() {
  return useQuery({
    queryKey: ['consent-changes'],
    queryFn: ({ signal }) => call<{ items: ConsentChange[] }>('/api/v1/consent-changes', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** One change with what came of it for each recording. */
export function useConsentChange(id: string) {
  return useQuery({
    queryKey: ['consent-changes', id],
    queryFn: ({ signal }) =>
      call<ConsentChangeDetail>(`/api/v1/consent-changes/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Takes a change; the same one sent again is taken once. */
export function useAskConsentChange() {
  return useAct<ConsentChange, AskedChange>('/api/v1/consent-changes', [
    'consent-changes',
    'recording',
    'recordings',
  ]);
}
