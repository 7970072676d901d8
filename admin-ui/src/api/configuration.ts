import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type {
  ConfigurationDiff,
  ConfigurationDrift,
  ConfigurationEntry,
  ConfigurationPage,
} from '../../../hub/api/schemas/configuration.ts';
import { call, queryString } from './client.ts';

/** Which versions are listed. */
export interface ConfigurationSearch {
  readonly kind?: string;
  readonly objectId?: string;
}

/** Which version is looked at, and which it is held against; without `from`, the one before. */
export interface ComparedVersion {
  readonly kind: ConfigurationEntry['kind'];
  readonly objectId: string;
  readonly version: string;
  readonly from?: string | undefined;
}

/** The versions of everything that is configured, newest first, page after page. */
export function useConfiguration({ kind, objectId }: ConfigurationSearch) {
  return useInfiniteQuery({
    queryKey: ['configuration', 'list', kind, objectId],
    queryFn: ({ pageParam, signal }) =>
      call<ConfigurationPage>(`/api/v1/configuration${queryString({ kind, objectId, cursor: pageParam })}`, {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** What differs between two versions of one thing. */
export function useConfigurationDiff({ kind, objectId, version, from }: ComparedVersion) {
  return useQuery({
    queryKey: ['configuration', 'diff', kind, objectId, version, from],
    queryFn: ({ signal }) =>
      call<ConfigurationDiff>(`/api/v1/configuration/diff${queryString({ kind, objectId, version, from })}`, {
        signal,
      }),
  });
}

/** What other hands changed of what applied files speak for. */
export function useConfigurationDrift(enabled: boolean) {
  return useQuery({
    queryKey: ['configuration', 'drift'],
    queryFn: ({ signal }) => call<ConfigurationDrift>('/api/v1/configuration/drift', { signal }),
    enabled,
  });
}
