import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { ConnectionComparison } from '../../../hub/api/schemas/connection-comparison.ts';
import type { ConnectionStream } from '../../../hub/api/schemas/connection-stream.ts';
import type {
  Connection,
  connectionHealth,
  connectionPulse,
  connectionSecrets,
  ConnectionDetail,
  connectionVersion,
  MatterTagsPreview,
  removalPlan,
} from '../../../hub/api/schemas/connection.ts';
import type {
  Connector,
  dryRunResult,
  fieldsFound,
  mappingVocabulary,
  previewResult,
} from '../../../hub/api/schemas/connector.ts';
import type { backfill } from '../../../hub/api/schemas/delivery.ts';
import { pollSlowlyWhileLive, pollUnlessLive } from './changes/poll-unless-live.ts';
import { call, queryString } from './client.ts';
import { useAct } from './use-act.ts';

export type { Connection, ConnectionComparison, ConnectionDetail, ConnectionStream, Connector };
/** How a connection is. */
export type ConnectionHealth = z.infer<typeof connectionHealth>;
/** The same without its checks. */
export type ConnectionPulse = z.infer<typeof connectionPulse>;
/** A connection with secrets that are shown once. */
export type ConnectionSecrets = z.infer<typeof connectionSecrets>;
/** One version of a connection. */
export type ConnectionVersion = z.infer<typeof connectionVersion>;
/** Fields of the remote system. */
export type FieldsFound = z.infer<typeof fieldsFound>;
/** A back-fill. */
export type Backfill = z.infer<typeof backfill>;
/** What a dry run would do. */
export type DryRun = z.infer<typeof dryRunResult>;
/** What rows make of a record. */
export type Preview = z.infer<typeof previewResult>;
/** A record, and what rows make of it. */
export type MappingPreview = Preview;
/** The names that expressions may use. */
export type MappingVocabulary = z.infer<typeof mappingVocabulary>;
/** A row of a mapping. */
export type MappingRow = ConnectionDetail['mappings'][string][number];

const REFRESH_MS = 10_000;
/** Everything that an act on a connection changes. */
const STALE = ['connections', 'delivery-queues'];

/** All connections. */
export function useConnections() {
  return useQuery({
    queryKey: ['connections'],
    queryFn: ({ signal }) => call<{ items: Connection[] }>('/api/v1/connections', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** How every connection is, without what its checks found. */
export function useConnectionPulses() {
  return useQuery({
    queryKey: ['connections', 'pulses'],
    queryFn: ({ signal }) => call<{ items: ConnectionPulse[] }>('/api/v1/connection-health', { signal }),
    refetchInterval: pollSlowlyWhileLive(REFRESH_MS, REFRESH_MS * 3),
  });
}

/** The connectors of this build. */
export function useConnectors() {
  return useQuery({
    queryKey: ['connectors'],
    queryFn: ({ signal }) => call<{ items: Connector[] }>('/api/v1/connectors', { signal }),
    staleTime: Infinity,
  });
}

/** One connection. */
export function useConnection(id: string) {
  return useQuery({
    queryKey: ['connections', id],
    queryFn: ({ signal }) => call<ConnectionDetail>(pathOf(id), { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** How a connection is. */
export function useConnectionHealth(id: string) {
  return usePart<ConnectionHealth>(id, 'health', REFRESH_MS);
}

/** All its versions, newest first. */
export function useConnectionVersions(id: string) {
  return usePart<{ items: ConnectionVersion[] }>(id, 'versions');
}

/** The remote fields as they were last found. */
export function useConnectionFields(id: string) {
  return usePart<FieldsFound>(id, 'fields');
}

/** How far its streams were read. */
export function useConnectionStreams(id: string) {
  return usePart<{ items: ConnectionStream[] }>(id, 'streams', REFRESH_MS);
}

/** The last comparisons with what the remote system holds. */
export function useComparisons(id: string) {
  return usePart<{ items: ConnectionComparison[] }>(id, 'comparisons', REFRESH_MS);
}

/** Its back-fills. */
export function useBackfills(id: string) {
  return usePart<{ items: Backfill[] }>(id, 'backfills', REFRESH_MS);
}

/** What removing it would leave behind; asked when the question is. */
export function useRemovalPlan(id: string) {
  return usePart<z.infer<typeof removalPlan>>(id, 'removal');
}

/** What changes by acts of people alone is read again after those; the rest, every so often as well. */
function usePart<T>(id: string, part: string, refetchInterval: number | false = false) {
  return useQuery({
    queryKey: ['connections', id, part],
    queryFn: ({ signal }) => call<T>(`${pathOf(id)}/${part}`, { signal }),
    refetchInterval: refetchInterval === false ? false : pollUnlessLive(refetchInterval),
  });
}

/** Makes a connection. */
export function useAddConnection() {
  return useAct<ConnectionSecrets>('/api/v1/connections', STALE);
}

/** Ends a consent with what the authorization server sent the person back with. */
export function useFinishAuthorization() {
  return useAct<ConnectionDetail>('/api/v1/connection-authorizations', STALE);
}

/** What rows make of a record, asked anew whenever they have changed; nothing is asked of the other side. */
export function useMappingPreview(
  id: string,
  enabled: boolean,
  wish: {
    readonly operation: string;
    readonly rows: readonly MappingRow[];
    readonly reshape?: string;
    readonly id?: string;
  },
) {
  return useQuery({
    queryKey: ['mapping-preview', id, wish],
    queryFn: ({ signal }) => call<Preview>(`${pathOf(id)}/preview`, { method: 'POST', body: wish, signal }),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  });
}

/** The names that expressions over a kind of record may use. */
export function useMappingVocabulary(record: string) {
  return useQuery({
    queryKey: ['mapping-vocabulary', record],
    queryFn: ({ signal }) =>
      call<MappingVocabulary>(`/api/v1/mapping-vocabulary${queryString({ record })}`, { signal }),
    staleTime: Infinity,
  });
}

/** Asks something through a connection, and changes nothing. */
export function useConnectionTrial<Answer>(id: string, verb: 'dry-run') {
  return useAct<Answer>(`${pathOf(id)}/${verb}`, []);
}

/** What people do with one connection. */
export type ConnectionVerb =
  | 'change'
  | 'roll-back'
  | 'matter-tags'
  | 'credential'
  | 'credential/rotate'
  | 'rotate-secret'
  | 'check'
  | 'discover'
  | 'authorize'
  | 'go-live'
  | 'pause'
  | 'resume'
  | 'remove'
  | 'comparisons'
  | 'backfills';

/** Does something with a connection. */
export function useConnectionAct<Answer = ConnectionDetail>(id: string, verb: ConnectionVerb) {
  return useAct<Answer, object | undefined>(`${pathOf(id)}/${verb}`, STALE);
}

/** What the connection is told of matters, and what sending everything again would come to; asked for anew each time. */
export function useMatterTagsPreview(id: string) {
  return useQuery({
    queryKey: ['connections', 'matter-tags', id],
    queryFn: ({ signal }) => call<MatterTagsPreview>(`${pathOf(id)}/matter-tags`, { signal }),
    gcTime: 0,
  });
}

/** Pauses, resumes or cancels a back-fill. */
export function useBackfillAct(id: string, verb: 'pause' | 'resume' | 'cancel') {
  return useAct<Backfill, undefined>(`/api/v1/backfills/${encodeURIComponent(id)}/${verb}`, STALE);
}

/** Reads a stream again from its beginning. */
export function useResetStream(id: string, stream: string) {
  return useAct<ConnectionStream, undefined>(
    `${pathOf(id)}/streams/${encodeURIComponent(stream)}/reset`,
    STALE,
  );
}

function pathOf(id: string): string {
  return `/api/v1/connections/${encodeURIComponent(id)}`;
}
