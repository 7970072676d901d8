import { Context } from '@temporalio/activity';
import type { Outcome } from '../../connectors/kit/outcome.ts';
import { RemoteFailure } from '../../connectors/kit/remote-error.ts';
import type { ConnectionComparison, Finding } from '../../recorder-core/records/connection-comparisons.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import { listReceivedRecordings } from '../../recorder-core/records/reached.ts';
import { insertReceipts, type Receipt } from '../../recorder-core/records/receipts.ts';
import { recordsNow } from '../deliveries/records-now.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { Found } from './join-inventories.ts';

/** More than this many rounds would mean that the source changes faster than the copy is filled. */
const MOST_ROUNDS = 50;
const BATCH = 500;
/** What a write into the copy puts right; what still waits for its delivery too, because that goes to what is in use. */
const FILLED: ReadonlySet<Finding> = new Set(['missing', 'older', 'extra', 'waiting']);

/** Compares what the copy holds (or what is in use, where none is named) with the source, one finding after the other. */
export type Findings = (copy: string | undefined) => AsyncIterable<Found>;

/** One rebuild of what a connection holds. */
export interface Rebuild {
  readonly deps: ActivityDependencies;
  readonly tenantId: string;
  readonly asked: ConnectionComparison;
  readonly connection: ConnectionRow;
  readonly findings: Findings;
}

/**
 * Fills a copy beside what is in use until a comparison with the source finds nothing more to write, puts it in place, writes
 * what changed meanwhile, and removes what it replaced. Begun anew after a kill it goes on: what the copy has is found there.
 * Deletions reach the copy while it is filled; a hold is looked at in the same step as ever.
 * @throws RemoteFailure where the other side refuses or is away.
 */
export async function rebuildCopy(rebuild: Rebuild): Promise<void> {
  const { deps, tenantId, asked, connection } = rebuild;
  const copy = asked.id.replaceAll('-', '');
  const { cancellationSignal: signal } = Context.current();
  const step = (which: 'begin' | 'putInPlace' | 'clear') =>
    deps.rebuildStep({ tenantId, connectionId: connection.id, copy, step: which, signal });
  if ((await step('begin')) === 'filling') {
    await fill(rebuild, copy, signal);
    await step('putInPlace');
  }
  // What was sent to the old one between the last round and the exchange.
  await fill(rebuild, undefined, signal);
  await step('clear');
}

/** Rounds of comparing and writing, until one writes nothing. */
async function fill(rebuild: Rebuild, copy: string | undefined, signal: AbortSignal): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let written = 0;
    let batch: string[] = [];
    const write = async (): Promise<void> => {
      written += await writeBatch(rebuild, copy, batch, signal);
      batch = [];
    };
    for await (const { id, finding } of rebuild.findings(copy)) {
      signal.throwIfAborted();
      if (FILLED.has(finding) && batch.push(id) >= BATCH) await write();
    }
    if (batch.length > 0) await write();
    if (written === 0) return;
  }
}

/** Writes these recordings as they stand; answers how many of them changed the other side. */
async function writeBatch(
  { deps, tenantId, asked, connection }: Rebuild,
  copy: string | undefined,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const now = await deps.db.forTenant(tenantId, async (tx) => {
    const records = await recordsNow(deps, tx, tenantId, connection, ids);
    // Whoever gets a recording owes its deletion: that has to be known before it is sent.
    const sent = [...records.values()].filter(({ unwanted }) => !unwanted).map(({ record }) => record.id);
    const known = new Set(await listReceivedRecordings(tx, connection.id, sent));
    const receipts = sent
      .filter((id) => !known.has(id))
      .map((id) => receiptOf(deps, connection.id, asked.id, id));
    await insertReceipts(tx, tenantId, receipts);
    return [...records.values()];
  });
  const send = async (operation: string, unwanted: boolean): Promise<readonly Outcome[]> => {
    const records = now.filter((one) => one.unwanted === unwanted);
    if (records.length === 0) return [];
    const { outcomes } = await deps.sendBatch({
      tenantId,
      connectionId: connection.id,
      operation,
      lane: 'backfill',
      version: null,
      records: records.map(({ record }) => ({ record, doubtful: false, corrections: null })),
      signal,
      ...(copy === undefined ? {} : { copy }),
    });
    return outcomes;
  };
  const outcomes = [...(await send('upsert-recording', false)), ...(await send('delete-recording', true))];
  for (const one of outcomes)
    if (one.outcome !== 'done' && one.error.scope !== 'record') throw new RemoteFailure(one.error);
  return outcomes.filter((one) => one.outcome === 'done' && CHANGES.has(one.receipt.result)).length;
}

const CHANGES: ReadonlySet<string> = new Set(['created', 'updated', 'deleted']);

function receiptOf(
  { newId, now }: ActivityDependencies,
  connectionId: string,
  rebuildId: string,
  id: string,
): Receipt {
  const at = now();
  return {
    id: newId(at),
    connectionId,
    operation: 'upsert-recording',
    subject: { type: 'recording', id },
    outcome: 'unknown',
    remoteId: null,
    remoteVersion: null,
    detail: `sent by the rebuild ${rebuildId}`,
    contentSha256: null,
    contentSalt: null,
    at: at.toISOString(),
  };
}
