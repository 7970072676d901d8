import { hash, randomBytes } from 'node:crypto';
import type { Outcome, Receipt as RemoteReceipt } from '../../connectors/kit/outcome.ts';
import type { OutboundRecord } from '../../connectors/kit/record.ts';
import { canonicalJson } from '../../recorder-core/ledger/canonical-json.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaves, type LeafEntry } from '../../recorder-core/records/ledger-log.ts';
import { insertReceipts, type NewReceipt, type Receipt } from '../../recorder-core/records/receipts.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { forgetCredential } from './forget-credential.ts';
import type { ConnectionRun } from './run-on-connection.ts';

/** Keeps more of an outcome than its receipt. */
export type KeepOutcome = (tx: Tx, outcome: Outcome) => Promise<void>;

/** What each kind of record is about. */
const SUBJECTS = {
  recording: 'recording',
  withdrawal: 'recording',
  ticket: 'incident',
  notice: 'notice',
} as const;

/** Of the salt of a digest of what was sent. */
const SALT_BYTES = 16;

/** What was sent, and what became of it. */
export interface Answered {
  readonly connectionId: string;
  readonly operation: string;
  readonly record: OutboundRecord;
  readonly outcome: Outcome;
  /** The delivery that was sent; left out where it is none. */
  readonly deliveryId?: string;
}

/** Keeps what the connected system answered: a receipt and a ledger leaf, in one transaction. */
export async function storeReceipt(
  deps: ActivityDependencies,
  run: ConnectionRun,
  outcome: Outcome,
  also?: KeepOutcome,
): Promise<void> {
  await deps.db.forTenant(run.tenantId, async (tx) => {
    await keepReceipts(deps, tx, run.tenantId, [{ ...run, outcome }]);
    if (run.operation === 'delete-recording')
      await forgetCredential(tx, run.tenantId, run.connectionId, deps.now());
    await also?.(tx, outcome);
  });
}

/**
 * Keeps answers in the transaction of the caller: a receipt each, and a leaf each that commits to the receipt, so that both
 * can be shown with the thing they are about. Answers the ids of the receipts, in the order given.
 */
export async function keepReceipts(
  deps: Pick<ActivityDependencies, 'newId' | 'now'>,
  tx: Tx,
  tenantId: string,
  answered: readonly Answered[],
): Promise<string[]> {
  const at = deps.now();
  const text = at.toISOString();
  const salts = randomBytes(answered.length * SALT_BYTES).toString('hex');
  const receipts = answered.map((one, index) => {
    const salt = salts.slice(index * SALT_BYTES * 2, (index + 1) * SALT_BYTES * 2);
    return receiptOf(one, deps.newId(at), text, salt);
  });
  await insertReceipts(tx, tenantId, receipts);
  await appendLeaves(
    tx,
    tenantId,
    receipts.map((receipt, index) => leafOf(receipt, answered[index]?.record.revision ?? 0, at)),
  );
  return receipts.map(({ id }) => id);
}

function receiptOf(
  { connectionId, operation, record, outcome, deliveryId }: Answered,
  id: string,
  at: string,
  salt: string,
): NewReceipt {
  const done = outcome.outcome === 'done' ? outcome.receipt : undefined;
  return {
    id,
    connectionId,
    operation,
    subject: { type: SUBJECTS[record.kind], id: record.id },
    outcome: outcome.outcome,
    remoteId: done?.remoteId ?? null,
    remoteVersion: done?.remoteVersion ?? null,
    detail:
      outcome.outcome === 'done'
        ? resultOf(outcome.receipt)
        : `${outcome.error.class}: ${outcome.error.title}`,
    ...contentDigest(done, salt),
    at,
    deliveryId: deliveryId ?? null,
  };
}

function contentDigest(
  done: RemoteReceipt | undefined,
  contentSalt: string,
): Pick<Receipt, 'contentSha256' | 'contentSalt'> {
  if (done === undefined) return { contentSha256: null, contentSalt: null };
  return {
    contentSha256: hash('sha256', `${contentSalt}${done.key}`),
    contentSalt,
  };
}

/** What was done, with what else came of it: `updated, contact-ambiguous`. */
export function resultOf({ result, note }: RemoteReceipt): string {
  return note === undefined ? result : `${result}, ${note}`;
}

function leafOf(receipt: Receipt, revision: number, at: Date): LeafEntry {
  const { connectionId, operation, outcome, subject } = receipt;
  return {
    leaf: {
      at,
      act: outcome === 'done' ? 'delivery.done' : 'delivery.failed',
      object: subject,
      outcome,
      facts: { connectionId, operation, revision },
      digests: { receiptSha256: receiptDigest(receipt) },
    },
  };
}

/**
 * SHA-256 over the canonical JSON of a receipt, as its leaf has it; hexadecimal. The salt, which goes one day, is no part of
 * it, and a digest of content that there is not is left out.
 */
export function receiptDigest(receipt: Receipt): string {
  const { at, connectionId, contentSha256, detail, id, operation, outcome, remoteId, remoteVersion } =
    receipt;
  const { type, id: about } = receipt.subject;
  // Named one by one: a copy without some of its members costs more than all the rest of this, and there are thousands.
  const said = {
    at,
    connectionId,
    detail,
    id,
    operation,
    outcome,
    remoteId,
    remoteVersion,
    subject: { id: about, type },
  } satisfies Omit<Receipt, 'contentSha256' | 'contentSalt'>;
  return hash('sha256', canonicalJson(contentSha256 === null ? said : { ...said, contentSha256 }));
}
