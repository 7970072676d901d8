import type { Database } from '../../../recorder-core/records/database.ts';
import { forgetMessages } from '../../../recorder-core/records/webhook-log.ts';
import { type AwakeEndpoint } from '../../../recorder-core/records/webhook-messages.ts';
import { repeatWork, type RepeatedWork } from '../../live/repeated-work.ts';
import { tellEndpoint, type EndpointRef } from './tell-endpoint.ts';

/** What the herald works with. */
export interface HeraldOptions {
  readonly db: Database;
  /** Enabled endpoints of all tenants that have something to be told of or to be sent. */
  readonly listAwake: () => Promise<readonly AwakeEndpoint[]>;
  /** Ids of all tenants. */
  readonly listTenants: () => Promise<readonly string[]>;
  /** Has the due messages of an endpoint sent; harmless where that is under way. */
  readonly send: (ref: EndpointRef) => Promise<void>;
  readonly now: () => Date;
  /** Messages were queued. */
  readonly onQueued?: (messages: number) => void;
  /** Nothing, or not everything, could be done now; it is tried again. */
  readonly onFault: (error: unknown) => void;
}

/** How long an event waits at most until it is on its way, while all is well. */
const POLL_MS = 500;
/** What was asked for is asked for again so much later, unless there is news: a run that fails at once must not be started in a loop. */
const PATIENCE_MS = 2_000;
/** Settled messages are forgotten after so long; their events stay in the ledger. */
const KEPT_MS = 30 * 24 * 3_600_000;
const TIDY_EVERY_MS = 3_600_000;
const TIDY_AT_ONCE = 5_000;

/**
 * Turns leaves of the ledger into messages to the endpoints that chose them, and has those sent that are due. It goes by what the
 * database says alone, so several may run, and one that was away misses nothing.
 */
export function startEventHerald(options: HeraldOptions): RepeatedWork {
  let tidiedAt = 0;
  const asked = new Map<string, number>();
  return repeatWork(
    POLL_MS,
    async () => {
      for (const awake of await options.listAwake())
        await serve(options, asked, awake).catch(options.onFault);
      const now = options.now();
      if (now.getTime() - tidiedAt < TIDY_EVERY_MS) return;
      tidiedAt = now.getTime();
      await tidy(options, now);
    },
    options.onFault,
  );
}

async function serve(
  { db, now, send, onQueued }: HeraldOptions,
  asked: Map<string, number>,
  { tenantId, endpointId, behind, due }: AwakeEndpoint,
): Promise<void> {
  const ref = { tenantId, endpointId };
  const queued = behind ? await tellEndpoint(db, ref, now()) : 0;
  if (queued > 0) onQueued?.(queued);
  const at = now().getTime();
  if (queued === 0 && (!due || at - (asked.get(endpointId) ?? 0) < PATIENCE_MS)) return;
  asked.set(endpointId, at);
  await send(ref);
}

async function tidy({ db, listTenants }: HeraldOptions, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEPT_MS);
  for (const tenantId of await listTenants())
    await db.forTenant(tenantId, (tx) => forgetMessages(tx, before, TIDY_AT_ONCE));
}
