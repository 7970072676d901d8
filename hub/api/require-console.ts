import type { Request } from 'express';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Services } from './services.ts';

/** Methods that change nothing need no proof that our own console sent them. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses an unsafe request that does not come from our console: without our header, which foreign pages cannot set, or from
 * another origin by the browser's own word (`Sec-Fetch-Site`; where a browser does not say it, `Origin`).
 * @throws HoldfastError `forbidden`.
 */
export function requireConsole(request: Request, services: Pick<Services, 'exports'>): void {
  if (SAFE_METHODS.has(request.method)) return;
  if (request.get('X-Holdfast-Console') !== '1')
    throw new HoldfastError(
      'forbidden',
      'A request that changes something needs the header X-Holdfast-Console: 1.',
    );
  if (!isOurPage(request, services))
    throw new HoldfastError(
      'forbidden',
      'This request came from a page that is not our console, so nothing was done. Where the console has another address than the hub, set publicUrl.',
    );
}

function isOurPage(request: Request, { exports: { publicUrl } }: Pick<Services, 'exports'>): boolean {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined) return site === 'same-origin';
  const origin = request.get('Origin');
  if (origin === undefined) return true; // no browser: nobody's cookies go with it by themselves
  const named = URL.parse(origin);
  return (
    named !== null && (named.host === request.get('Host') || named.origin === URL.parse(publicUrl)?.origin)
  );
}
