import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SizingAnswer, SizingQuery, StorageState } from '../../../hub/api/schemas/storage.ts';
import { call, queryString } from './client.ts';

/** How much is stored, as it was measured last. */
export function useStorage() {
  return useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => call<StorageState>('/api/v1/storage', { signal }),
  });
}

/** Has it measured now; within a minute that gives what was measured before. */
export function useMeasureStorage() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<StorageState>('/api/v1/storage/measure', { method: 'POST', body: {} }),
    onSuccess: (measured) => {
      client.setQueryData(['storage'], measured);
    },
  });
}

/** What a traffic needs; asked as soon as the question is complete. */
export function useSizing(question: SizingQuery | undefined) {
  const query = Object.entries(question ?? {}).map(([name, value]) => [name, String(value)] as const);
  return useQuery({
    queryKey: ['sizing', question],
    queryFn: ({ signal }) =>
      call<SizingAnswer>(`/api/v1/storage/sizing${queryString(Object.fromEntries(query))}`, { signal }),
    enabled: question !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}
