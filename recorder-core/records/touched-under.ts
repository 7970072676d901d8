import type { Act } from '../ledger/acts.ts';
import { parseLeaf } from '../ledger/leaf.ts';
import type { AccessGrant } from './access-grants.ts';
import type { Tx } from './database.ts';
import { searchLeaves } from './search-leaves.ts';

/** The leaves that tell of somebody's access, allowed or refused. */
const TOUCHES: readonly Act[] = [
  'recording.played',
  'recording.inspected',
  'recording.exported',
  'export.requested',
  'access.granted',
  'access.refused',
];
const MOST = 1_000;

/** One access. */
export interface Touched {
  readonly at: string;
  readonly act: string;
  readonly object: { readonly type: string; readonly id: string };
  readonly outcome: string;
  /** Ids of the policies that decided. */
  readonly rules: readonly string[];
  /** Whether the grant is among them: nothing else would have allowed it. */
  readonly byThis: boolean;
}

/**
 * What was touched under a grant, the youngest first, at most 1,000. Of an emergency, all that its person did while it lasted, by
 * whatever right, because a review wants to see it whole; of any other grant, what its own rule allowed.
 */
export async function listTouchedUnder(tx: Tx, grant: AccessGrant, now: Date): Promise<Touched[]> {
  const { kind, to, fromMs, untilMs, endedAt, state } = grant;
  const over = endedAt !== null && state === 'revoked' ? Date.parse(endedAt) : untilMs;
  const found = await searchLeaves(tx, {
    ...('user' in to ? { actor: { id: to.user.id } } : {}),
    acts: TOUCHES,
    from: new Date(fromMs).toISOString(),
    to: new Date(Math.min(over, now.getTime()) + 1).toISOString(),
    limit: MOST,
  });
  const rule = `grant/${grant.id}`;
  const touched = found.map(({ at, act, object, body }) => {
    const { outcome, rules = [] } = parseLeaf(body);
    return { at, act, object, outcome, rules, byThis: rules.includes(rule) };
  });
  return kind === 'break-glass' ? touched : touched.filter(({ byThis }) => byThis);
}
