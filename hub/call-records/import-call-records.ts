import { createHash } from 'node:crypto';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import {
  addressDigest,
  callIdDigest,
  lastDigits,
  plainAddress,
  type NumberHabits,
} from '../../recorder-core/records/call-identity.ts';
import {
  endImport,
  findSameFile,
  insertImport,
  listImports,
  noteImport,
  readSource,
  type CallRecordImport,
  type ImportCounts,
  type ImportOrigin,
  type RefusedLine,
} from '../../recorder-core/records/call-record-imports.ts';
import { askReconciliation } from '../../recorder-core/records/reconciliations.ts';
import { upsertCallRecords, type NewCallRecord } from '../../recorder-core/records/call-records.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { actedBy, type LeafPerson } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { carryTrace } from '../observability/tracing.ts';
import { parseMapping, type CallRecordMapping } from './mapping.ts';
import { readCallRecords, type ReadCall } from './read-call-records.ts';

/** What it takes to import. */
export interface CallRecordAccess {
  readonly db: Database;
  /** Under which addresses are digested: `call-records-1` of the installation's secrets. */
  readonly callSecret: Buffer;
  readonly newId: (at: Date) => string;
  readonly now: () => Date;
}

/** Whose export it is and who brings it. */
export interface ImportOrder {
  readonly tenantId: string;
  readonly source: string;
  readonly origin: ImportOrigin;
  /** Null where a system sent it. */
  readonly person: LeafPerson | null;
}

/** Rows that go into the database together. */
const BATCH = 1000;
/** Refused lines that are kept by number; all are counted. */
const MOST_REFUSALS = 1000;
const KEY_BYTES = 16;

/**
 * Reads an export as it comes and stores its calls in batches. The same file again changes nothing; what an import that
 * broke off had stored stays, and the same file completes it. At the end the calls of that time are compared anew.
 * @throws HoldfastError `not_found` for an unknown source, `invalid_input` where the file does not fit its mapping.
 */
export async function importCallRecords(
  access: CallRecordAccess,
  order: ImportOrder,
  bytes: AsyncIterable<Uint8Array>,
): Promise<CallRecordImport> {
  const { db, newId, now } = access;
  const { tenantId } = order;
  const begunAt = now();
  const id = newId(begunAt);
  const mapping = await db.forTenant(tenantId, async (tx) => {
    const known = await requireSource(tx, order.source);
    const { source, origin, person } = order;
    const begun = { id, source, origin, importedBy: person?.id ?? null, begunAt: begunAt.toISOString() };
    await insertImport(tx, tenantId, begun);
    return known;
  });
  const reading = new Reading(access, order, id, mapping);
  try {
    await reading.all(bytes);
  } catch (error) {
    const reason = isHoldfastError(error) ? error.message : 'The import broke off. Send the same file again.';
    await db.forTenant(tenantId, (tx) =>
      endImport(tx, id, { state: 'failed', endedAt: now().toISOString(), sha256: null, reason }),
    );
    throw error;
  }
  return db.forTenant(tenantId, (tx) => finish(tx, access, order, id, reading));
}

async function requireSource(tx: Tx, name: string): Promise<CallRecordMapping> {
  const found = await readSource(tx, name);
  if (found !== undefined) return parseMapping(found.mapping);
  throw new HoldfastError(
    'not_found',
    'There is no source of call records of this name. Set its mapping first: `holdfast call-records source <name> <mapping.yaml>`.',
  );
}

async function finish(
  tx: Tx,
  { newId, now }: CallRecordAccess,
  { tenantId, source, origin, person }: ImportOrder,
  id: string,
  { sha256, counts }: Reading,
): Promise<CallRecordImport> {
  const at = now();
  const { added, changed, known, skipped, refused, lines, firstStart, lastStart } = counts;
  const repeated = added + changed === 0 && (await findSameFile(tx, source, sha256)) !== undefined;
  const state = repeated ? 'repeated' : 'done';
  await endImport(tx, id, { state, endedAt: at.toISOString(), sha256, reason: null });
  if (!repeated)
    await appendLeaf(
      tx,
      tenantId,
      {
        at,
        act: 'calls.imported',
        object: { type: 'call-record-import', id },
        outcome: refused === 0 ? 'done' : 'partial',
        facts: { source, origin, lines, added, changed, known, skipped, refused },
        digests: { fileSha256: sha256 },
      },
      person === null ? {} : actedBy(person),
    );
  if (firstStart !== null && lastStart !== null)
    await askReconciliation(tx, {
      tenantId,
      id: newId(at),
      messageId: newId(at),
      from: new Date(firstStart),
      to: new Date(Date.parse(lastStart) + 1),
      cause: 'import',
      now: at,
      trace: carryTrace(),
    });
  const [done] = await listImports(tx, id);
  if (done === undefined) throw new Error('The import vanished inside its own transaction.');
  return done;
}

/** One import under way: what is not stored yet, and what was counted. */
class Reading {
  readonly #access: CallRecordAccess;
  readonly #order: ImportOrder;
  readonly #id: string;
  readonly #mapping: CallRecordMapping;
  readonly #digest = createHash('sha256');
  #batch: NewCallRecord[] = [];
  #refused: RefusedLine[] = [];
  #keptRefusals = 0;
  #sha256 = '';
  #counts = { bytes: 0, lines: 0, added: 0, changed: 0, known: 0, skipped: 0, refused: 0 };
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  constructor(access: CallRecordAccess, order: ImportOrder, id: string, mapping: CallRecordMapping) {
    this.#access = access;
    this.#order = order;
    this.#id = id;
    this.#mapping = mapping;
  }

  /** Of all bytes, hexadecimal; there once all were read. */
  get sha256(): string {
    return this.#sha256;
  }

  get counts(): ImportCounts {
    const none = this.#first > this.#last;
    return {
      ...this.#counts,
      firstStart: none ? null : new Date(this.#first).toISOString(),
      lastStart: none ? null : new Date(this.#last).toISOString(),
    };
  }

  async all(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const line of readCallRecords(this.#counted(bytes), this.#mapping)) {
      this.#counts.lines += 1;
      if ('call' in line)
        this.#batch.push(digestCall(this.#access, this.#order.tenantId, this.#mapping.numbers, line.call));
      else if ('skipped' in line) this.#counts.skipped += 1;
      else this.#refuse(line.line, line.refused);
      if (this.#batch.length >= BATCH) await this.#store();
    }
    await this.#store();
    this.#sha256 = this.#digest.digest('hex');
  }

  async *#counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      this.#digest.update(piece);
      this.#counts.bytes += piece.length;
      yield piece;
    }
  }

  #refuse(line: number, reason: string): void {
    this.#counts.refused += 1;
    if (this.#keptRefusals >= MOST_REFUSALS) return;
    this.#keptRefusals += 1;
    this.#refused.push({ line, reason });
  }

  async #store(): Promise<void> {
    const { db } = this.#access;
    const { tenantId, source } = this.#order;
    const batch = this.#batch;
    const refused = this.#refused;
    this.#batch = [];
    this.#refused = [];
    await db.forTenant(tenantId, async (tx) => {
      const { added, changed, known } = await upsertCallRecords(tx, tenantId, source, this.#id, batch);
      this.#counts.added += added;
      this.#counts.changed += changed;
      this.#counts.known += known;
      if (added + changed > 0) {
        const starts = batch.map(({ startedAt }) => Date.parse(startedAt));
        this.#first = Math.min(this.#first, ...starts);
        this.#last = Math.max(this.#last, ...starts);
      }
      await noteImport(tx, tenantId, this.#id, this.counts, refused);
    });
  }
}

/** A call as it is stored: its addresses and ids digested. */
export function digestCall(
  { callSecret, newId }: Pick<CallRecordAccess, 'callSecret' | 'newId'>,
  tenantId: string,
  numbers: NumberHabits,
  call: ReadCall,
): NewCallRecord {
  const from = plainAddress(call.from, numbers);
  const to = plainAddress(call.to, numbers);
  const started = new Date(call.startedAtMs);
  return {
    id: newId(started),
    rowKey: addressDigest(callSecret, tenantId, `row ${call.key}`).subarray(0, KEY_BYTES),
    callIds: call.callIds.map(({ kind, id }) => callIdDigest(tenantId, kind, id)),
    startedAt: started.toISOString(),
    durationMs: call.durationMs,
    answered: call.answered,
    direction: call.direction,
    fromDigest: from === undefined ? null : addressDigest(callSecret, tenantId, from),
    toDigest: to === undefined ? null : addressDigest(callSecret, tenantId, to),
    fromLast: from === undefined ? null : lastDigits(from),
    toLast: to === undefined ? null : lastDigits(to),
    toBeRecorded: call.toBeRecorded,
  };
}
