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

/** The country that the proxy before us names; undefined where it names none, or the operator has none. */
export function countryOf(
  request: Request,
  { countryHeader }: Pick<Services, 'countryHeader'>,
): string | undefined {
  const named = countryHeader === undefined ? undefined : request.get(countryHeader)?.trim().toUpperCase();
  return named !== undefined && /^[A-Z]{2}$/.test(named) && named !== 'XX' ? named : undefined;
}
