import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { directories, hrPreview } from '../../../hub/api/schemas/directory.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

/** How people come in from elsewhere. */
export type Directories = z.infer<typeof directories>;
/** What a mapping makes of a sample message. */
export type HrPreview = z.infer<typeof hrPreview>;

const REFRESH_MS = 30_000;

/** How people come in from elsewhere. */
export function useDirectories() {
  return useQuery({
    queryKey: ['directories'],
    queryFn: ({ signal }) => call<Directories>('/api/v1/directories', { signal }),
    refetchInterval: REFRESH_MS,
  });
}

/** The mapping of a connection that has one. */
export function useHrMapping(connectionId: string, enabled: boolean) {
  return useQuery({
    queryKey: ['directories', connectionId],
    queryFn: ({ signal }) =>
      call<{ mapping: Record<string, unknown>; setAt: string }>(
        `/api/v1/connections/${encodeURIComponent(connectionId)}/hr-mapping`,
        { signal },
      ),
    enabled,
  });
}

/** What a mapping that is being written makes of a sample; asked anew whenever either has changed. */
export function useHrPreview(mapping: object, message: unknown, enabled: boolean) {
  return useQuery({
    queryKey: ['hr-preview', mapping, message],
    queryFn: ({ signal }) =>
      call<HrPreview>('/api/v1/hr-mapping/preview', { method: 'POST', body: { mapping, message }, signal }),
    enabled,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}

/** Has the messages of a connection read by a mapping from now on. */
export function useSetHrMapping(connectionId: string) {
  return useAct<{ id: string }>(`/api/v1/connections/${encodeURIComponent(connectionId)}/hr-mapping`, [
    'directories',
  ]);
}
