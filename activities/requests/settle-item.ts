import { readConnection } from '../../recorder-core/records/connections.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import { readExport } from '../../recorder-core/records/exports.ts';
import { readExportsOf } from '../../recorder-core/records/exports-of-recording.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { readPartDisposal } from '../../recorder-core/records/part-disposals.ts';
import { forgetParties, readParties } from '../../recorder-core/records/parties.ts';
import { readReceipts } from '../../recorder-core/records/receipts.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import { findsInSearch } from '../../recorder-core/records/search-documents.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';
import type { ItemWork } from './fulfil-request.ts';
import { done, receipt, retained } from './item-receipts.ts';

const DAY_MS = 86_400_000;
/** A connected system is waited for this long; then its receipt says that it failed, and the answer is given. */
const CONNECTION_WAIT_MS = 30 * DAY_MS;

/** Looks at what was ordered; answers what it still waits for, undefined once the receipts are kept and the item is done. */
export async function settleItem(work: ItemWork): Promise<string | undefined> {
  const { tx, item } = work;
  if (item.decision === 'give' || item.decision === 'give-side') return settleCopy(work);
  if (item.partDisposalId !== null) return settleSide(work, item.partDisposalId);
  const recording = await readRecording(tx, item.recordingId);
  if (recording?.state === 'disposed') return settleWhole(work);
  if (recording?.state === 'disposing') return 'the disposal of a recording';
  if (recording?.state !== 'retained') return 'a recording that is being stored';
  // Spared meanwhile, by a hold that came first; or the sweep has not come by yet.
  const { decision, explanation } = await decideRecording(
    tx,
    recording,
    work.deps.now(),
    await work.deps.packs.current(tx),
  );
  if (decision.decision === 'DISPOSE') return 'the next sweep of what is due';
  await retained(work, decision.decision === 'RESTRICT' ? 'restricted' : 'retained', explanation);
  return undefined;
}

async function settleCopy(work: ItemWork): Promise<string | undefined> {
  const { tx, request, item } = work;
  const recording = await readRecording(tx, item.recordingId);
  if (recording?.state === 'disposed') {
    await receipt(work, 'objects', 'erased', { ground: 'request/gone-before', checked: true });
    await done(work);
    return undefined;
  }
  const made = request.exportId === null ? undefined : await readExport(tx, request.exportId);
  if (made === undefined || made.state === 'failed' || made.state === 'refused' || made.state === 'revoked')
    return 'the copy for the person, which somebody has to order with the key it is encrypted to';
  if (made.bundle === null && made.state !== 'expired') return 'the making of the copy';
  await receipt(work, 'objects', 'given', {
    detail: `export ${made.id}, ${item.decision === 'give' ? 'whole' : 'own side'}`,
    checked: made.bundle !== null,
  });
  await done(work);
  return undefined;
}

/** A recording that is gone as a whole, as its certificate has it, and as it is found to be. */
async function settleWhole(work: ItemWork): Promise<undefined> {
  const { deps, tx, item } = work;
  const { recordingId } = item;
  const certificate = await readCertificate(tx, recordingId);
  const evidence = certificate?.evidence as
    | { readonly connections?: readonly { connectionId: string; outcome: string; detail: string | null }[] }
    | undefined;
  const before = item.orderedAt !== null && (certificate?.disposedAt ?? '') < item.orderedAt;
  const detail =
    certificate === undefined
      ? null
      : `certificate of ${certificate.disposedAt}${before ? ', before the request was carried out' : ''}`;
  await receipt(work, 'objects', certificate === undefined ? 'failed' : 'erased', { detail, checked: true });
  const left = (await readParties(tx, [recordingId])).length;
  await receipt(work, 'database', left === 0 ? 'erased' : 'failed', { checked: true });
  await receipt(work, 'search', (await findsInSearch(tx, recordingId)) ? 'failed' : 'erased', {
    checked: true,
  });
  for (const { connectionId, outcome, detail: said } of evidence?.connections ?? [])
    await receipt(
      work,
      `connection ${await nameOf(work, connectionId)}`,
      outcome === 'done' ? 'erased' : 'failed',
      {
        detail: said,
      },
    );
  await residual(work, deps.backupDays);
  await done(work);
  return undefined;
}

/** One side of a call: its keys first, then what rows say of the person, then the connected systems. */
async function settleSide(work: ItemWork, disposalId: string): Promise<string | undefined> {
  const { deps, tx, tenantId, item } = work;
  const order = await readPartDisposal(tx, disposalId);
  if (order === undefined || order.state === 'asked' || order.state === 'destroyed')
    return 'the destruction of one side of a call';
  if (order.state === 'spared' && order.decision !== null) {
    await retained(work, order.decision.outcome === 'RESTRICT' ? 'restricted' : 'retained', order.decision);
    return undefined;
  }
  if ((await forgetParties(tx, item.recordingId, item.partyIds)) > 0) {
    const id = deps.newId(deps.now());
    await insertOutbox(tx, {
      tenantId,
      id,
      topic: 'recording.changed', // connected systems get the recording without the person
      payload: { recordingId: item.recordingId },
      trace: {},
    });
    return 'connected systems, which are told';
  }
  const waits = await settleConnections(work, order.endedAt ?? order.askedAt);
  if (waits !== undefined) return waits;
  await receipt(work, 'objects', 'erased', { detail: `part disposal ${disposalId}`, checked: true });
  const named = (await readParties(tx, [item.recordingId])).some(
    ({ id, name, address }) => item.partyIds.includes(id) && (name !== null || address !== null),
  );
  await receipt(work, 'database', named ? 'failed' : 'erased', { checked: true });
  await residual(work, deps.backupDays);
  await done(work);
  return undefined;
}

/** Each connected system that has the recording has to take the newer one; one that is switched off is told as it is. */
async function settleConnections(work: ItemWork, since: string): Promise<string | undefined> {
  const { deps, tx, item } = work;
  const receipts = await readReceipts(tx, { type: 'recording', id: item.recordingId });
  for (const connectionId of new Set(receipts.map((one) => one.connectionId))) {
    const connection = await readConnection(tx, connectionId);
    const store = `connection ${connection?.name ?? connectionId}`;
    const last = receipts.filter((one) => one.connectionId === connectionId && one.at > since).at(-1);
    if (last?.outcome === 'done') {
      await receipt(work, store, 'erased', { detail: last.detail });
      continue;
    }
    const waited = deps.now().getTime() - Date.parse(item.orderedAt ?? since);
    if (connection?.state === 'live' && waited < CONNECTION_WAIT_MS && last?.outcome !== 'rejected') {
      await receipt(work, store, 'pending', { detail: last?.detail ?? null });
      return `the connection ${connection.name}`;
    }
    await receipt(work, store, 'failed', {
      detail:
        connection?.state === 'live'
          ? (last?.detail ?? 'It did not answer in time.')
          : 'The connection is switched off or gone: what it was told before may still be there.',
    });
  }
  return undefined;
}

/** What nobody here can reach is said, with the date by which it is gone. */
async function residual(work: ItemWork, backupDays: number): Promise<void> {
  const { deps, tx, item } = work;
  const until = new Date(deps.now().getTime() + backupDays * DAY_MS).toISOString();
  await receipt(work, 'backups', 'retained', {
    ground: 'request/backups-expire',
    until,
    detail: 'Backups hold wrapped keys until they expire, or the period of keys is closed.',
  });
  for (const { id } of await readExportsOf(tx, item.recordingId))
    await receipt(work, `export ${id}`, 'unsupported', {
      detail: 'A bundle that was handed out is encrypted to its recipient and cannot be destroyed from here.',
    });
}

async function nameOf({ tx }: ItemWork, connectionId: string): Promise<string> {
  return (await readConnection(tx, connectionId))?.name ?? connectionId;
}
