import { useQuery } from '@tanstack/react-query';
import type { Readiness } from '../../../hub/api/schemas/session.ts';
import { call } from './client.ts';

/** Readiness of the running product; 503 carries the same report and is an answer, not an error. */
export function useReadiness() {
  return useQuery({
    queryKey: ['readiness'],
    queryFn: ({ signal }) => call<Readiness>('/readyz', { signal, alsoAnswers: [503] }),
    refetchInterval: 15_000,
    retry: false,
  });
}
