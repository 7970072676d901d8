import { decideAccess, type AccessDecision, type Act } from '../../recorder-core/policy/access.ts';
import type { Identity } from './identity.ts';

/** What role or scope say to an act: a machine may do what its token or certificate is for, a person what the role allows. */
export function decideFor({ scope, user }: Pick<Identity, 'scope' | 'user'>, act: Act): AccessDecision {
  if (scope === null) return decideAccess({ role: user.role, act });
  return scope.includes(act)
    ? { allowed: true, rule: `access/service/${act}` }
    : { allowed: false, rule: 'access/out-of-scope' };
}
