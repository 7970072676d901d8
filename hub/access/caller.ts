import type { Identity } from '../identity/identity.ts';
import type { Circumstances } from '../identity/circumstances.ts';
import type { Asker } from './decide.ts';

/** Who sent a request, and from where and by what means. */
export interface Caller extends Identity {
  readonly circumstances: Circumstances;
}

/** The caller as the policies see them; as they were when the request was identified, a moment ago. */
export function askerOf(caller: Caller, now: Date): Asker {
  const { tenantId, user, kind, groups, department, job, region, circumstances } = caller;
  return {
    tenantId,
    principal: { id: user.id, kind, role: user.role, groups, department, job, region },
    circumstances,
    now,
  };
}
