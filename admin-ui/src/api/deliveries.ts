import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  actedUpon,
  comparedVersions,
  deadLetterGroup,
  delivery,
  deliveryDetail,
  deliveryHealth,
  deliveryRun,
} from '../../../hub/api/schemas/delivery.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call, queryString } from './client.ts';
import { useAct } from './use-act.ts';

/** Something that a connection is still to be told, or was. */
export type Delivery = z.infer<typeof delivery>;
/** With its attempts. */
export type DeliveryDetail = z.infer<typeof deliveryDetail>;
/** Dead letters with one cause. */
export type DeadLetterGroup = z.infer<typeof deadLetterGroup>;
/** How a connection is delivered to. */
export type DeliveryHealth = z.infer<typeof deliveryHealth>;
/** One call to a connection. */
export type DeliveryRun = z.infer<typeof deliveryRun>;
/** What two versions make of a delivery. */
export type ComparedVersions = z.infer<typeof comparedVersions>;
/** How many were acted upon. */
export type ActedUpon = z.infer<typeof actedUpon>;

const REFRESH_MS = 10_000;
const STALE = ['deliveries', 'delivery-runs', 'dead-letters', 'delivery-queues', 'connections'];

/** How every connection is delivered to. */
export function useDeliveryQueues() {
  return useQuery({
    queryKey: ['delivery-queues'],
    queryFn: ({ signal }) => call<{ items: DeliveryHealth[] }>('/api/v1/delivery-queues', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** A page of deliveries. */
export function useDeliveries(filter: Readonly<Record<string, string | undefined>>) {
  return useQuery({
    queryKey: ['deliveries', filter],
    queryFn: ({ signal }) =>
      call<{ items: Delivery[]; nextCursor?: string }>(`/api/v1/deliveries${queryString(filter)}`, {
        signal,
      }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
    placeholderData: keepPreviousData,
  });
}

/** Where all deliveries under these filters are as CSV, whichever page is shown. */
export function deliveriesCsv({
  cursor: _cursor,
  ...filter
}: Readonly<Record<string, string | undefined>>): string {
  return `/api/v1/deliveries/csv${queryString(filter)}`;
}

/** One delivery with its attempts. */
export function useDelivery(id: string) {
  return useQuery({
    queryKey: ['deliveries', id],
    queryFn: ({ signal }) => call<DeliveryDetail>(`/api/v1/deliveries/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** What failed for good, by its cause. */
export function useDeadLetters(connectionId?: string) {
  return useQuery({
    queryKey: ['dead-letters', connectionId],
    queryFn: ({ signal }) =>
      call<{ items: DeadLetterGroup[] }>(`/api/v1/dead-letters${queryString({ connectionId })}`, { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** A page of calls to connections, the newest first. */
export function useDeliveryRuns(filter: Readonly<Record<string, string | undefined>>) {
  return useQuery({
    queryKey: ['delivery-runs', filter],
    queryFn: ({ signal }) =>
      call<{ items: DeliveryRun[] }>(`/api/v1/delivery-runs${queryString(filter)}`, { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
    placeholderData: keepPreviousData,
  });
}

/** What a delivery would carry by the version of then and by the current one. */
export function useComparedVersions(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['deliveries', id, 'compare'],
    queryFn: ({ signal }) =>
      call<ComparedVersions>(`/api/v1/deliveries/${encodeURIComponent(id)}/compare`, {
        method: 'POST',
        signal,
      }),
    enabled,
  });
}

/** Sends dead letters with the same fields set by hand. */
export function useCorrectGroup() {
  return useAct<ActedUpon>('/api/v1/dead-letters/correct', STALE);
}

/** Sends dead letters again. */
export function useReplay() {
  return useAct<ActedUpon>('/api/v1/dead-letters/replay', STALE);
}

/** Gives dead letters up. */
export function useDiscard() {
  return useAct<ActedUpon>('/api/v1/dead-letters/discard', STALE);
}

/** Sends one with fields set by hand. */
export function useCorrect(id: string) {
  return useAct<Delivery>(`/api/v1/deliveries/${encodeURIComponent(id)}/correct`, STALE);
}
