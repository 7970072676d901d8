import type { Request } from 'express';
import { TLSSocket } from 'node:tls';
import { identifyCertificate, identifyToken } from '../identity/identify-machine.ts';
import type { Identity } from '../identity/identity.ts';
import { SERVICE_TOKEN_PREFIX } from '../identity/service-token.ts';
import { useSession } from '../identity/use-session.ts';
import { requireConsole } from './require-console.ts';
import type { Services } from './services.ts';
import { sessionCookieOf, setSessionCookie } from './session-cookie.ts';
import { countryOf } from './sign-in-place.ts';

/**
 * Who sent this request: a machine by its token, or by its client certificate where it shows no cookie, or a person by a
 * cookie. A browser adds a cookie to requests of foreign pages too, so an unsafe request with one must come from our console;
 * nothing adds a token by itself. Undefined where nobody is known; a new secret of the session is put on the answer.
 * @throws HoldfastError `unauthenticated`, `forbidden`.
 */
export async function findIdentity(
  request: Request,
  services: Services,
  now: Date,
): Promise<Identity | undefined> {
  const token = serviceTokenOf(request);
  if (token !== undefined) return identifyToken(services.db, token, now);
  const cookie = sessionCookieOf(request, services);
  const fingerprint = cookie === undefined ? fingerprintOf(request) : undefined;
  if (fingerprint !== undefined) return identifyCertificate(services.db, fingerprint, now);
  requireConsole(request, services);
  if (cookie === undefined) return undefined;
  const used = await useSession(services.db, cookie, now, {
    userAgent: request.get('User-Agent'),
    country: countryOf(request, services),
    active: request.get('X-Holdfast-Background') !== '1',
    canRotate: request.res !== undefined && !request.res.headersSent,
  });
  if (used?.cookie !== undefined && request.res !== undefined)
    setSessionCookie(request.res, services, { cookie: used.cookie, expiresAt: used.identity.expiresAt });
  return used?.identity;
}

/** The token of a machine in the header Authorization (RFC 6750, section 2.1). */
export function serviceTokenOf(request: Request): string | undefined {
  const [, token] = /^Bearer +([^\s]+)$/i.exec(request.get('Authorization') ?? '') ?? [];
  return token?.startsWith(SERVICE_TOKEN_PREFIX) === true ? token : undefined;
}

/** SHA-256 of the client certificate, where the hub itself ended TLS and found it good. */
function fingerprintOf({ socket }: Request): Buffer | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { fingerprint256 } = socket.getPeerCertificate();
  return fingerprint256 === undefined ? undefined : Buffer.from(fingerprint256.replaceAll(':', ''), 'hex');
}
