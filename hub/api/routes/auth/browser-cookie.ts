import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { readCookie } from '../../session-cookie.ts';

const LIFE_MS = 20 * 60_000;

/**
 * The cookie that binds a sign-in to the browser that began it. It is `Lax`: it has to come with the navigation by which a
 * provider sends people back, and with nothing that another page posts. Under HTTPS its prefix keeps other hosts of the
 * same domain from setting it.
 */
export function browserCookie(secure: boolean): string {
  return secure ? '__Host-holdfast_sign_in' : 'holdfast_sign_in';
}

/** The secret of this browser; empty where it has none. */
export function browserOf(request: Request, secure: boolean): string {
  return readCookie(request.get('Cookie') ?? '', browserCookie(secure)) ?? '';
}

/** Gives a browser its secret, or lets it keep the one it has: two windows may sign in at once. */
export function bindBrowser(request: Request, response: Response, secure: boolean): string {
  const known = browserOf(request, secure);
  const secret = /^[\w-]{43}$/.test(known) ? known : randomBytes(32).toString('base64url');
  response.cookie(browserCookie(secure), secret, {
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    maxAge: LIFE_MS,
  });
  return secret;
}
