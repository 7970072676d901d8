import { Context } from '@temporalio/activity';
import { isRemoteFailure } from '../../connectors/kit/remote-error.ts';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import {
  FINDINGS,
  readComparison,
  settleComparison,
  type ConnectionComparison,
  type Finding,
} from '../../recorder-core/records/connection-comparisons.ts';
import { readConnection, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import { queueDeliveries } from '../../recorder-core/records/deliveries.ts';
import { listExpected, type ExpectedRecording } from '../../recorder-core/records/expected-recordings.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { listReceivedRecordings } from '../../recorder-core/records/reached.ts';
import { insertReceipts } from '../../recorder-core/records/receipts.ts';
import type { ConnectorActivities } from '../connector-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { joinInventories, type Found } from './join-inventories.ts';
import { rebuildCopy } from './rebuild-copy.ts';

const PAGE = 1000;
const EXAMPLES = 20;
/** What a delivery puts right. What is newer there, or unknown here, only a person can judge. */
const REPAIRED: ReadonlySet<Finding> = new Set(['missing', 'older', 'extra']);

/** See `ConnectorActivities.compareConnection`. Begins anew after a failure: it only reads, and what it queues is queued once. */
export function compareConnection(deps: ActivityDependencies): ConnectorActivities['compareConnection'] {
  return async ({ tenantId, comparisonId }) => {
    const { asked, connection } = await deps.db.forTenant(tenantId, async (tx) => {
      const row = await readComparison(tx, comparisonId);
      return { asked: row, connection: row && (await readConnection(tx, row.connectionId)) };
    });
    if (asked === undefined || connection === undefined || asked.state !== 'running')
      return { differences: 0 };
    try {
      return await compare(deps, tenantId, asked, connection);
    } catch (error) {
      if (!isFinal(error)) throw error;
      await deps.db.forTenant(tenantId, (tx) =>
        settleComparison(tx, comparisonId, { at: deps.now(), error: error.message }),
      );
      return { differences: 0 };
    }
  };
}

/** What a person has to put right before it can be tried again; everything else is tried again by itself. */
function isFinal(error: unknown): error is Error {
  if (isRemoteFailure(error)) return error.remoteError.retry === 'never';
  return isHoldfastError(error) && ['not_found', 'invalid_input', 'config_invalid'].includes(error.code);
}

async function compare(
  deps: ActivityDependencies,
  tenantId: string,
  asked: ConnectionComparison,
  connection: ConnectionRow,
): Promise<{ readonly differences: number }> {
  const { cancellationSignal: signal } = Context.current();
  const findings = (copy: string | undefined) =>
    joinInventories(
      expectedOf(deps, tenantId, connection),
      deps.inventoryOf({
        tenantId,
        connectionId: connection.id,
        signal,
        ...(copy === undefined ? {} : { copy }),
      }),
    );
  if (asked.rebuilds) await rebuildCopy({ deps, tenantId, asked, connection, findings });
  const counts = Object.fromEntries(FINDINGS.map((finding) => [finding, 0])) as Record<Finding, number>;
  const examples: Partial<Record<Finding, string[]>> = {};
  let wrong: Found[] = [];
  const repair = async (): Promise<void> => {
    if (asked.repairs && wrong.length > 0) await queueRepairs(deps, tenantId, connection, wrong);
    wrong = [];
  };
  for await (const found of findings(undefined)) {
    counts[found.finding] += 1;
    if (found.finding === 'same' || found.finding === 'waiting') continue;
    const known = (examples[found.finding] ??= []);
    if (known.length < EXAMPLES) known.push(found.id);
    if (REPAIRED.has(found.finding) && wrong.push(found) >= PAGE) await repair();
  }
  await repair();
  const { same, waiting, ...differing } = counts;
  await deps.db.forTenant(tenantId, async (tx) => {
    if (!(await settleComparison(tx, asked.id, { at: deps.now(), counts, examples }))) return;
    await appendLeaf(tx, tenantId, {
      at: deps.now(),
      act: 'connection.compared',
      object: { type: 'connection', id: connection.id },
      outcome: asked.rebuilds ? 'rebuilt' : asked.repairs ? 'repaired' : 'reported',
      facts: { comparison: asked.id, same, waiting, ...differing },
    });
  });
  return { differences: Object.values(differing).reduce((sum, one) => sum + one, 0) };
}

async function* expectedOf(
  { db, now }: ActivityDependencies,
  tenantId: string,
  { id: connectionId, mandatory }: ConnectionRow,
): AsyncGenerator<readonly ExpectedRecording[]> {
  const since = now();
  const pageAfter = (after: string | null): Promise<ExpectedRecording[]> =>
    db.forTenant(tenantId, (tx) => listExpected(tx, { connectionId, mandatory, since, after, limit: PAGE }));
  let page = await pageAfter(null);
  while (page.length > 0) {
    yield page;
    page = await pageAfter(page.at(-1)?.id ?? null);
  }
}

/**
 * Queues what puts the differences right. What was found there without a receipt gets one: whoever holds a recording is
 * asked to delete it when its time comes, however it got there.
 */
async function queueRepairs(
  { db, now, newId }: ActivityDependencies,
  tenantId: string,
  { id: connectionId }: ConnectionRow,
  wrong: readonly Found[],
): Promise<void> {
  const at = now();
  await db.forTenant(tenantId, async (tx) => {
    const there = wrong.filter(({ finding }) => finding !== 'missing').map(({ id }) => id);
    const known = new Set(await listReceivedRecordings(tx, connectionId, there));
    await insertReceipts(
      tx,
      tenantId,
      there
        .filter((id) => !known.has(id))
        .map((id) => ({
          id: newId(at),
          connectionId,
          operation: 'upsert-recording',
          subject: { type: 'recording' as const, id },
          outcome: 'unknown' as const,
          remoteId: null,
          remoteVersion: null,
          detail: 'found there by a comparison',
          contentSha256: null,
          contentSalt: null,
          at: at.toISOString(),
        })),
    );
    await queueDeliveries(
      tx,
      { tenantId, now: at, newId },
      wrong.map(({ id, finding }) => ({
        connectionId,
        operation: 'upsert-recording',
        subject: { type: 'recording' as const, id },
        lane: 'backfill' as const,
        withdraws: finding === 'extra',
      })),
    );
  });
}
