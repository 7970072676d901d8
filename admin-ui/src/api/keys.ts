import { useQuery } from '@tanstack/react-query';
import type { KeyState } from '../../../hub/api/schemas/keys.ts';
import { call } from './client.ts';

const REFRESH_MS = 30_000;

/** The key provider, the root keys and what each wraps, and the periods of keys. */
export function useKeys() {
  return useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => call<KeyState>('/api/v1/keys', { signal }),
    refetchInterval: REFRESH_MS,
  });
}
