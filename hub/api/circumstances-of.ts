import type { Request } from 'express';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { PURPOSE, type Circumstances } from '../identity/circumstances.ts';
import type { Identity } from '../identity/identity.ts';
import type { Services } from './services.ts';
import { countryOf } from './sign-in-place.ts';

/** What a request says that it is for; a player that cannot send headers says it as the query `purpose`. */
const PURPOSE_HEADER = 'X-Holdfast-Purpose';

/**
 * From where and by what means a request asks. The region is that of this hub, to which what is played flows, unless the proxy
 * before us names another. @throws HoldfastError `invalid_input` for a purpose that is no word.
 */
export function circumstancesOf(
  request: Request,
  services: Pick<Services, 'countryHeader' | 'countries' | 'regionHeader' | 'region'>,
  identity: Identity,
): Circumstances {
  return {
    means: identity.kind === 'service' ? 'token' : 'session',
    address: request.ip ?? null,
    country: countryOf(request, services) ?? identity.country,
    region: regionOf(request, services) ?? null,
    purpose: purposeOf(request),
    steppedUpAt: identity.steppedUpAt,
    scope: identity.scope,
  };
}

function regionOf(
  request: Request,
  { regionHeader, region }: Pick<Services, 'regionHeader' | 'region'>,
): string | undefined {
  const named = regionHeader === undefined ? undefined : request.get(regionHeader)?.trim();
  return named !== undefined && named !== '' ? named : region;
}

function purposeOf(request: Request): string | null {
  const said = request.get(PURPOSE_HEADER);
  if (said !== undefined && !PURPOSE.test(said))
    throw new HoldfastError(
      'invalid_input',
      'A purpose is a word such as legal-claim or transfer/adequacy: small letters, digits, dashes and slashes, at most 60.',
      { field: PURPOSE_HEADER },
    );
  // A query that is no purpose is refused by the schema of its endpoint, or belongs to something else.
  const asked = request.query['purpose'];
  return said ?? (typeof asked === 'string' && PURPOSE.test(asked) ? asked : null);
}
