import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import { decideHandover, type HandoverDecision } from '../../../../recorder-core/policy/export-rules.ts';
import { continueVisit, readLink, type ExportLink } from '../../../../recorder-core/records/export-links.ts';
import { readExport, type Export } from '../../../../recorder-core/records/exports.ts';
import { readTenant } from '../../../../recorder-core/records/tenants.ts';
import { parseToken, type BearerToken } from '../../../identity/bearer-token.ts';
import { readCookie } from '../../session-cookie.ts';
import type { Services } from '../../services.ts';

/** Name of the cookie that stands for a right passcode. */
export const VISIT_COOKIE = 'holdfast_visit';

/** How long a visit lasts after each thing that is done in it. */
export const VISIT_LIFE_MS = 15 * 60_000;

/** A link that exists, with its export, and what it hands over now. */
export interface Handing {
  readonly tenantId: string;
  /** Name of the organisation that sends. */
  readonly sender: string;
  readonly link: ExportLink;
  readonly found: Export;
  readonly decision: HandoverDecision;
}

/** The link of the path; undefined for one that we never made, which no row and no leaf can be about. */
export async function findHanding(
  services: Services,
  token: string | undefined,
  now: Date,
): Promise<Handing | undefined> {
  const parsed = tokenOf(token ?? '');
  if (parsed === undefined) return undefined;
  const { tenantId, digest } = parsed;
  return services.db.forTenant(tenantId, async (tx) => {
    const link = await readLink(tx, { tokenDigest: digest });
    const found = link && (await readExport(tx, link.exportId));
    if (link === undefined || found === undefined) return undefined;
    const sender = (await readTenant(tx))?.name ?? '';
    return { tenantId, sender, link, found, decision: decideHandover(link.handover, now.getTime()) };
  });
}

/** Whether the request carries the cookie of a visit of this very link; then the visit goes on. */
export async function isVisiting(
  services: Services,
  request: Request,
  { tenantId, link }: Handing,
  now: Date,
): Promise<boolean> {
  const cookie = readCookie(request.get('Cookie') ?? '', VISIT_COOKIE);
  if (cookie === undefined) return false;
  const until = new Date(now.getTime() + VISIT_LIFE_MS).toISOString();
  return services.db.forTenant(tenantId, (tx) =>
    continueVisit(tx, {
      linkId: link.id,
      cookieDigest: digestOf(cookie),
      now: now.toISOString(),
      until,
    }),
  );
}

/** What is stored of a cookie. */
export function digestOf(cookie: string): Buffer {
  return createHash('sha256').update(cookie).digest();
}

function tokenOf(text: string): BearerToken | undefined {
  try {
    return parseToken(text);
  } catch (error) {
    if (isHoldfastError(error)) return undefined;
    throw error;
  }
}
