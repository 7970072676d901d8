import type { RequestHandler } from 'express';

/**
 * What a page of ours may load and run: our own files alone. Text becomes script nowhere (`require-trusted-types-for`), and no code
 * may make exceptions to that (`trusted-types 'none'`). Nothing is inline: no script, no style element, no style attribute.
 */
const POLICY = policyFor("'self'");

/** The policy of a page whose code makes style elements: those with this nonce are taken, and no others. */
export function consolePolicy(nonce: string): string {
  return policyFor(`'self' 'nonce-${nonce}'`);
}

function policyFor(styles: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "media-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** What a page of ours never asks of the browser, so that nothing that gets into it can. */
const PERMISSIONS = [
  'camera=()',
  'display-capture=()',
  'geolocation=()',
  'microphone=()',
  'payment=()',
  'usb=()',
].join(', ');

/** Headers of every answer: nothing of ours is framed, sniffed, referred to or cached by others. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': POLICY,
    'Permissions-Policy': PERMISSIONS,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  next();
};
