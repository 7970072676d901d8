import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  ConfigurationApplied,
  configurationExport,
  ConfigurationPlanView,
} from '../../../hub/api/schemas/configuration-file.ts';
import type {
  ConfigurationDiff,
  ConfigurationDrift,
  ConfigurationEntry,
  ConfigurationPage,
} from '../../../hub/api/schemas/configuration.ts';
import { call, queryString } from './client.ts';
import { useAct } from './use-act.ts';

export type { ConfigurationPlanView };

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

const FILES = '/api/v1/configuration-files';

/** A file as it is sent: its text, values for its references, and whether what it no longer names goes. */
export interface SentFile {
  readonly text: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly prune: boolean;
}

/** What applying a file would change, or its faults; changes nothing, and keeps no secret. */
export function usePlanFile() {
  return useMutation({
    gcTime: 0,
    mutationFn: (body: SentFile) => call<ConfigurationPlanView>(`${FILES}/plan`, { method: 'POST', body }),
  });
}

/** Applies a file as its plan said. */
export function useApplyFile() {
  return useAct<ConfigurationApplied>(FILES, ['configuration', 'connections', 'webhooks']);
}

/** All that there is, as a file of this name; asked when somebody wants it. */
export function useExportFile() {
  return useMutation({
    mutationFn: () => call<z.infer<typeof configurationExport>>(`${FILES}/export`),
  });
}
