import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { endsSoon, grantPhase } from '../../../../recorder-core/policy/grant-state.ts';
import { readGrant, type AccessGrant } from '../../../../recorder-core/records/access-grants.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { readGlassReviews } from '../../../../recorder-core/records/glass-reviews.ts';
import type { z } from 'zod';
import { isOwnGrant } from '../../../grants/revoke-grant.ts';
import type { grant } from '../../schemas/grant.ts';
import { presentQuery } from '../holds/present-hold.ts';

/** For whom, and as of when, grants are shown. */
export interface GrantReader {
  readonly personId: string;
  readonly now: Date;
}

/** Grants as they go over the wire, in their order. */
export async function presentGrants(
  tx: Tx,
  found: readonly AccessGrant[],
  reader: GrantReader,
): Promise<z.input<typeof grant>[]> {
  const emergencies = found.filter(({ kind }) => kind === 'break-glass').map(({ id }) => id);
  const reviews = await readGlassReviews(tx, emergencies);
  return found.map((each) => {
    const outcome = reviews.get(each.id);
    const answered = outcome === 'approved' || outcome === 'refused';
    const review = answered ? outcome : 'open';
    return { ...presentOne(each, reader), review: each.kind === 'break-glass' ? review : null };
  });
}

/** One grant as it goes over the wire. @throws HoldfastError `not_found`. */
export async function presentGrant(tx: Tx, id: string, reader: GrantReader): Promise<z.input<typeof grant>> {
  const found = await readGrant(tx, id);
  const [shown] = found === undefined ? [] : await presentGrants(tx, [found], reader);
  if (shown === undefined) throw noSuchGrant();
  return shown;
}

/** The refusal where there is no such grant, or none that the caller may know of. */
export function noSuchGrant(): HoldfastError {
  return new HoldfastError('not_found', 'There is no grant with this id in your tenant.');
}

function presentOne(
  found: AccessGrant,
  { personId, now }: GrantReader,
): Omit<z.input<typeof grant>, 'review'> {
  const { to, scope, acts, fromMs, untilMs, requestedBy, decidedBy, endedBy, ...rest } = found;
  return {
    ...rest,
    to: 'user' in to ? { person: to.user } : to,
    acts: [...acts],
    scope: presentScope(scope),
    fromAt: new Date(fromMs).toISOString(),
    untilAt: new Date(untilMs).toISOString(),
    phase: grantPhase(found, now.getTime()),
    endsSoon: endsSoon(found, now.getTime()),
    requestedBy: requestedBy.name,
    decidedBy: decidedBy?.name ?? null,
    endedBy: endedBy?.name ?? null,
    own: isOwnGrant(found, personId),
  };
}

function presentScope(scope: AccessGrant['scope']): z.input<typeof grant>['scope'] {
  if (scope.kind === 'recordings') return { ...scope, ids: [...scope.ids] };
  return scope.kind === 'query' ? { ...scope, query: presentQuery(scope.query) } : scope;
}
