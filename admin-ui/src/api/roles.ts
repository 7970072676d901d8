import { useQuery } from '@tanstack/react-query';
import type { RoleMatrixView } from '../../../hub/api/schemas/access-policy.ts';
import { call } from './client.ts';

/** What each role may do by the policies in force. */
export function useRoles() {
  return useQuery({
    queryKey: ['access-policies', 'roles'],
    queryFn: ({ signal }) => call<RoleMatrixView>('/api/v1/roles', { signal }),
  });
}
