import { HoldfastError } from '../../recorder-core/errors.ts';
import type { LeafInput } from '../../recorder-core/ledger/leaf.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { lockExport, type Export } from '../../recorder-core/records/exports.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { insertOutbox, type OutboxTopic } from '../../recorder-core/records/outbox.ts';
import { carryTrace } from '../observability/tracing.ts';
import type { ExportAsking } from './asking.ts';

/** What a leaf about an export says besides its object, its time and its actor. */
type ExportAct = Pick<LeafInput, 'act' | 'outcome' | 'rules' | 'facts' | 'digests'>;

/** Enters an act of a person on an export into the ledger. */
export async function noteExport(
  tx: Tx,
  { tenantId, person, now }: ExportAsking,
  exportId: string,
  act: ExportAct,
  personal: Readonly<Record<string, string>> = {},
): Promise<void> {
  await appendLeaf(
    tx,
    tenantId,
    { at: now, object: { type: 'export', id: exportId }, ...act },
    { ...actedBy(person), ...personal },
  );
}

/** Tells the worker that there is something to do for an export. */
export async function announceExport(
  tx: Tx,
  { tenantId, newId, now }: Pick<ExportAsking, 'tenantId' | 'newId' | 'now'>,
  topic: Extract<OutboxTopic, `export.${string}`>,
  exportId: string,
): Promise<void> {
  await insertOutbox(tx, { tenantId, id: newId(now), topic, payload: { exportId }, trace: carryTrace() });
}

/** The export under a row lock. @throws HoldfastError `not_found`. */
export async function requireExport(tx: Tx, exportId: string): Promise<Export> {
  const found = await lockExport(tx, exportId);
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is no export with this id in your tenant.');
}

/** The refusal of an event that cannot happen in the present state. */
export function notNow(verb: string, { state }: Export): HoldfastError {
  return new HoldfastError('conflict', `This export is ${state} and cannot be ${verb} any more.`);
}
