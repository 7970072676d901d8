import { randomBytes } from 'node:crypto';
import { makeToken } from '../identity/bearer-token.ts';

/** A new link to a custodian's notice under the address of the console; its secret is kept nowhere but in it. */
export function makeNoticeLink(
  consoleUrl: string,
  tenantId: string,
): { readonly url: string; readonly digest: Buffer } {
  const { text, digest } = makeToken(tenantId, randomBytes);
  return { url: `${consoleUrl.replace(/\/+$/, '')}/n/${text}`, digest };
}
