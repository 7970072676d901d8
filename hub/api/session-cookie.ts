import type { CookieOptions, Request, Response } from 'express';
import type { Services } from './services.ts';

/** Name of the session cookie where the console is reached by plain HTTP, which is on the loopback. */
export const SESSION_COOKIE = 'holdfast_session';
/** And by HTTPS: no other host, no other path and no page by HTTP can have set it (RFC 6265bis, section 4.1.3.2). */
export const SECURE_SESSION_COOKIE = '__Host-holdfast_session';

type Place = Pick<Services, 'secureCookies'>;

/** The secret of the session in a request's cookies. */
export function sessionCookieOf(request: Request, { secureCookies }: Place): string | undefined {
  return readCookie(request.get('Cookie') ?? '', secureCookies ? SECURE_SESSION_COOKIE : SESSION_COOKIE);
}

/**
 * Gives a browser the secret of its session. `Strict`: the cookie goes with nothing that another site begins. The way back from an
 * identity provider does not need it, because it leads to a page that is the same for everybody, whose own requests carry it.
 */
export function setSessionCookie(
  response: Response,
  services: Place,
  { cookie, expiresAt }: { readonly cookie: string; readonly expiresAt: string },
): void {
  response.cookie(nameFor(services), cookie, { ...optionsFor(services), expires: new Date(expiresAt) });
}

/** Takes the cookie back. */
export function clearSessionCookie(response: Response, services: Place): void {
  response.clearCookie(nameFor(services), optionsFor(services));
}

function nameFor({ secureCookies }: Place): string {
  return secureCookies ? SECURE_SESSION_COOKIE : SESSION_COOKIE;
}

function optionsFor({ secureCookies }: Place): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', secure: secureCookies, path: '/' };
}

/** The value of a cookie in a Cookie header. */
export function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
