import type { Request } from 'express';
import type { SignInPlace } from '../identity/sessions.ts';
import type { Services } from './services.ts';

/** From where a request comes and with what it was made, for the session that it may begin. */
export function signInPlace(request: Request, services: Services): SignInPlace {
  return {
    country: countryOf(request, services),
    userAgent: request.get('User-Agent'),
    lives: services.sessionLives,
  };
}

/**
 * The country that the proxy before us names, or else that of the address by the operator's ranges; undefined where neither knows it.
 * The address itself is kept nowhere.
 */
export function countryOf(
  request: Request,
  { countryHeader, countries }: Pick<Services, 'countryHeader' | 'countries'>,
): string | undefined {
  const named = countryHeader === undefined ? undefined : request.get(countryHeader)?.trim().toUpperCase();
  if (named !== undefined && /^[A-Z]{2}$/.test(named) && named !== 'XX') return named;
  return request.ip === undefined ? undefined : countries?.countryAt(request.ip);
}
