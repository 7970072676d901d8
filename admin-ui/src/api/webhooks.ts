import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  endpointSecret,
  messagePage,
  recovered,
  webhookEventType,
  webhookMessageDetail,
  WebhookEndpointView,
  WebhookMessageView,
} from '../../../hub/api/schemas/webhook.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call, queryString } from './client.ts';
import { useAct } from './use-act.ts';

export type { WebhookEndpointView, WebhookMessageView };
/** An endpoint whose secret is shown once. */
export type EndpointSecret = z.infer<typeof endpointSecret>;
/** A message with its attempts. */
export type WebhookMessageDetail = z.infer<typeof webhookMessageDetail>;

const REFRESH_MS = 10_000;
const STALE = ['webhooks'];

/** All endpoints. */
export function useWebhooks() {
  return useQuery({
    queryKey: ['webhooks'],
    queryFn: ({ signal }) => call<{ items: WebhookEndpointView[] }>('/api/v1/webhooks', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** One endpoint. */
export function useWebhook(id: string) {
  return useQuery({
    queryKey: ['webhooks', id],
    queryFn: ({ signal }) => call<WebhookEndpointView>(pathOf(id), { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** The types of events that can be chosen. */
export function useWebhookEventTypes() {
  return useQuery({
    queryKey: ['webhook-event-types'],
    queryFn: ({ signal }) =>
      call<{ items: z.infer<typeof webhookEventType>[] }>('/api/v1/webhook-event-types', { signal }),
    staleTime: Infinity,
  });
}

/** A page of the delivery log. */
export function useWebhookMessages(
  id: string,
  filter: { readonly state?: string; readonly before?: string },
) {
  return useQuery({
    queryKey: ['webhooks', id, 'messages', filter],
    queryFn: ({ signal }) =>
      call<z.infer<typeof messagePage>>(`${pathOf(id)}/messages${queryString(filter)}`, { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
    placeholderData: keepPreviousData,
  });
}

/** One message with its attempts. */
export function useWebhookMessage(id: string, index: number) {
  return useQuery({
    queryKey: ['webhooks', id, 'messages', index],
    queryFn: ({ signal }) => call<WebhookMessageDetail>(`${pathOf(id)}/messages/${index}`, { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Makes an endpoint. */
export function useAddWebhook() {
  return useAct<EndpointSecret>('/api/v1/webhooks', STALE);
}

/** Does something with an endpoint. */
export function useWebhookAct<Answer = WebhookEndpointView>(
  id: string,
  verb: 'rotate' | 'disable' | 'enable' | 'test' | 'recover',
) {
  return useAct<Answer, object | undefined>(`${pathOf(id)}/${verb}`, STALE);
}

/** Ends an endpoint. */
export function useEndWebhook(id: string) {
  return useAct<unknown, undefined>(pathOf(id), STALE, { method: 'DELETE' });
}

/** Sends one message again. */
export function useResend(id: string, index: number) {
  return useAct<WebhookMessageView, undefined>(`${pathOf(id)}/messages/${index}/resend`, STALE);
}

/** How many messages were queued by a recovery. */
export type Recovered = z.infer<typeof recovered>;

function pathOf(id: string): string {
  return `/api/v1/webhooks/${encodeURIComponent(id)}`;
}
