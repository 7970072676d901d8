import { decideHandover, type HandoverDecision } from '../../../../recorder-core/policy/export-rules.ts';
import { readLink } from '../../../../recorder-core/records/export-links.ts';
import type { Services } from '../../services.ts';

/** How often it is asked whether bytes may still flow. A revocation is felt within this and one query. */
const ASKED_EVERY_MS = 400;
/** A database that does not answer for so long ends the download: nobody knows any more whether it is allowed. */
const PATIENCE_MS = 5_000;

/** Why a download was ended. */
export type Ending = Exclude<HandoverDecision, 'open'> | 'unknown';

/**
 * Asks again and again whether a link still hands its export over, beginning at once, and calls `onEnd` the first time
 * that it does not. Answers what stops the asking.
 */
export function watchHandover(
  services: Pick<Services, 'db' | 'now'>,
  { tenantId, linkId }: { readonly tenantId: string; readonly linkId: string },
  onEnd: (why: Ending) => void,
): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let heardAt = performance.now();
  const end = (why: Ending): void => {
    if (stopped) return;
    stopped = true;
    onEnd(why);
  };
  const ask = async (): Promise<void> => {
    const decision = await decideNow(services, tenantId, linkId).catch(() => 'unheard' as const);
    if (decision === 'unheard') {
      if (performance.now() - heardAt > PATIENCE_MS) end('unknown');
    } else {
      heardAt = performance.now();
      if (decision !== 'open') end(decision);
    }
    if (!stopped) timer = setTimeout(() => void ask(), ASKED_EVERY_MS);
  };
  // A query that never comes back must not keep the bytes flowing either.
  const guard = setInterval(() => {
    if (performance.now() - heardAt > PATIENCE_MS) end('unknown');
  }, PATIENCE_MS / 5);
  void ask();
  return () => {
    stopped = true;
    clearTimeout(timer);
    clearInterval(guard);
  };
}

/** Whether a link hands its export over at this moment. */
export async function decideNow(
  { db, now }: Pick<Services, 'db' | 'now'>,
  tenantId: string,
  linkId: string,
): Promise<HandoverDecision> {
  const link = await db.forTenant(tenantId, (tx) => readLink(tx, { id: linkId }));
  return link === undefined ? 'closed' : decideHandover(link.handover, now().getTime());
}
