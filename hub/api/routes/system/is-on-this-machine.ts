import type { Request } from 'express';
import type { Services } from '../../services.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const NAMES = new Set(['127.0.0.1', '[::1]', 'localhost']);
/** Whoever passes a request on says so in one of these. */
const PASSED_ON = ['Forwarded', 'Via', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP'];

/**
 * True for a request that was made on this machine and meant for it: from the
 * loopback, under a name of the loopback (so no foreign page that had its own
 * name resolved to us), passed on by nobody. Where people reach the hub by
 * HTTPS, something on this machine may be ending TLS for everybody, and the
 * loopback tells nothing.
 */
export function isOnThisMachine(
  request: Request,
  { secureCookies }: Pick<Services, 'secureCookies'>,
): boolean {
  return (
    !secureCookies &&
    LOOPBACK.has(request.socket.remoteAddress ?? '') &&
    NAMES.has(request.hostname) &&
    PASSED_ON.every((header) => request.get(header) === undefined)
  );
}
