import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { DisposalRef } from '../../activities/contract.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { destroyRoots } from '../../activities/keys/destroy-roots.ts';
import { openKeyPeriod } from '../../activities/keys/open-key-period.ts';
import { rewrapKeys } from '../../activities/keys/rewrap-keys.ts';
import { claimDue } from '../../activities/lifecycle/claim-due.ts';
import { destroyKeys } from '../../activities/lifecycle/destroy-keys.ts';
import { writeTombstone } from '../../activities/lifecycle/write-tombstone.ts';
import { closeKeyPeriod } from '../../hub/main/close-key-period.ts';
import { openKekSource } from '../../recorder-core/capture/kek-source.ts';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { KeyArchive } from '../../recorder-core/records/key-archive.ts';
import { insertDataKey, insertKek } from '../../recorder-core/records/keys.ts';
import { contextOf, openDataKey } from '../../recorder-core/records/open-part.ts';
import { insertPart, readParts, type Part } from '../../recorder-core/records/parts.ts';
import { insertRecording, readRecording } from '../../recorder-core/records/recordings.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';
import { generateDataKey, wrapDataKey } from '../../recorder-core/vault/envelope.ts';
import { openFileObjectStore } from '../../recorder-core/vault/file-object-store.ts';
import { openLocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import { TombstoneJournal } from '../../recorder-core/vault/tombstone-journal.ts';
import { placeHoldOn, releaseHoldOf } from './hold-through-api.ts';
import { backupOf, opensFromBackup, type KeyBackup } from './key-backup.ts';
import { MortalProcess, ProcessDied, type Death } from './mortal-process.ts';
import type { TestDatabase } from './test-database.ts';
import { TEST_JOURNAL_SECRET } from './test-key-uses.ts';

/** One thing that somebody does. */
export interface Act {
  readonly act:
    | 'hold'
    | 'release'
    | 'bury'
    | 'destroy'
    | 'dispose'
    | 'claim'
    | 'open'
    | 'rewrap'
    | 'roots'
    | 'close'
    | 'renew'
    | 'record'
    | 'backup'
    | 'year';
  readonly item: number;
}

interface Item {
  readonly id: string;
  /** The data keys as they were made, by part. */
  readonly keys: Map<string, Buffer>;
  /** Holds that were answered as placed and not as released. */
  readonly holds: Set<string>;
}

/** What one look at everything needs of the whole life. */
interface Known {
  readonly rows: readonly KeyBackup[];
  readonly deadRoots: ReadonlySet<string>;
  readonly buried: ReadonlyMap<string, string>;
}

const YEAR_MS = 400 * 86_400_000;

/**
 * A few recordings that share keys, through everything that can happen to those: real rows, real keys, the product's own
 * acts. What is known from outside (which holds were promised, which keys there were) is held against what the product
 * does. Each life is an installation of its own with one tenant.
 */
export class KeyLife {
  readonly #database: TestDatabase;
  readonly #tenantId: string;
  readonly #folder: string;
  readonly #deps: ActivityDependencies;
  readonly #items: Item[] = [];
  readonly #backups: KeyBackup[] = [];
  #clock = Date.now();
  #periodId: string | undefined;
  readonly #process: MortalProcess;

  private constructor(database: TestDatabase, tenantId: string, folder: string, deps: ActivityDependencies) {
    this.#database = database;
    this.#tenantId = tenantId;
    this.#folder = folder;
    this.#process = new MortalProcess(database.db);
    this.#deps = {
      ...deps,
      now: () => new Date(this.#clock),
      db: this.#process.db,
      newId: (at) => newId(at.getTime()),
    };
  }

  /** Begins one; `packs` are the rules that all lives go by. */
  static async begin(database: TestDatabase, packs: RulePacks): Promise<KeyLife> {
    const tenantId = await database.addTenant();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-life-'));
    const keys = await openLocalKeyRing(join(folder, 'ring.json'), { create: true });
    const objects = await openFileObjectStore(join(folder, 'objects'));
    // One tenant is the whole installation: those of earlier lives have key rings that are gone.
    const dispatcher = { query: () => Promise.resolve({ rows: [{ tenant_id: tenantId }] }) };
    const life = new KeyLife(database, tenantId, folder, {
      dispatcher: dispatcher as unknown as pg.Pool,
      keys,
      keks: openKekSource(keys, (at) => newId(at.getTime())),
      objects,
      journal: new TombstoneJournal(objects, TEST_JOURNAL_SECRET),
      archive: new KeyArchive(objects, TEST_JOURNAL_SECRET),
      rewrapCredential: () => Promise.reject(new Error('There are no credentials here.')),
      packs,
    } as unknown as ActivityDependencies);
    for (let made = 0; made < 4; made += 1) await life.#record();
    await life.#backup();
    return life;
  }

  /** Does all acts at once; a process that dies takes down what it was doing. */
  async take(acts: readonly Act[], dies?: Death): Promise<void> {
    this.#process.begin(dies);
    const outcomes = await Promise.allSettled(acts.map((one) => this.#do(one)));
    this.#process.begin();
    for (const outcome of outcomes) if (outcome.status === 'rejected') expectKnown(outcome.reason);
  }

  /** Lets everything that was begun come to its end. */
  async settle(): Promise<void> {
    await this.#deps.keks.renew(new Date(this.#clock));
    await closeKeyPeriod(this.#deps);
  }

  /** Every breach of what must hold, in words; none, hopefully. */
  async wrongs(): Promise<string[]> {
    const wrongs: string[] = [];
    const rows = [...this.#backups, ...(await backupOf(this.#database, this.#tenantId))];
    const known = { rows, deadRoots: await this.#deadRoots(), buried: await this.#buried() };
    for (const [index, item] of this.#items.entries()) {
      for (const part of await this.#partsOf(item)) {
        const wrong = await this.#wrongOf(item, part, known);
        if (wrong !== undefined) wrongs.push(`item ${index}: ${wrong}`);
      }
    }
    return wrongs;
  }

  /** What has happened, so that a test knows that it has seen something. */
  async tally(): Promise<Record<'destroyed' | 'spared' | 'replaced' | 'closed' | 'beyondRecovery', number>> {
    const [row] = await this.#database.asOwner<Record<string, number>>(
      `select (select count(*)::int from tombstone where tenant_id = $1 and destroyed_at is not null) as destroyed,
              (select count(*)::int from tombstone where tenant_id = $1 and withdrawn_at is not null) as spared,
              (select count(*)::int from retired_kek where tenant_id = $1) as replaced,
              (select count(*)::int from key_period where tenant_id = $1 and closed_at is not null) as closed,
              (select count(*)::int from tombstone_key k where tenant_id = $1 and destroyed_at is not null and exists (
                 select from key_period p where p.tenant_id = $1 and p.closed_at is not null
                    and k.root_key_id = any (p.old_roots))) as "beyondRecovery"`,
      [this.#tenantId],
    );
    return row as Awaited<ReturnType<KeyLife['tally']>>;
  }

  async end(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #wrongOf(item: Item, part: Part, { rows, deadRoots, buried }: Known): Promise<string | undefined> {
    const root = buried.get(part.id);
    const opened = await openDataKey({ ...this.#deps, db: this.#database.db }, this.#tenantId, part).then(
      (key) => (key.equals(item.keys.get(part.id) ?? Buffer.alloc(0)) ? 'opens' : 'another key'),
      (error: unknown) => (isHoldfastError(error) ? error.code : 'fault'),
    );
    if (part.destroyedAt !== null) {
      if (item.holds.size > 0) return 'destroyed under a hold';
      if (opened !== 'gone') return `destroyed, and ${opened}`;
      if (deadRoots.has(root ?? '') && (await opensFromBackup(this.#deps, this.#tenantId, rows, part)))
        return 'beyond recovery, and opens from a backup';
      return undefined;
    }
    if (root !== undefined && item.holds.size === 0)
      return opened === 'gone' ? undefined : `buried, and ${opened}`;
    return opened === 'opens' ? undefined : `not destroyed, and ${opened}`;
  }

  /** The roots of the keys that a tombstone names, by their parts. */
  async #buried(): Promise<Map<string, string>> {
    const rows = await this.#database.asOwner<{ part: string; root: string }>(
      'select part_id as part, root_key_id as root from tombstone_key where tenant_id = $1',
      [this.#tenantId],
    );
    return new Map(rows.map(({ part, root }) => [part, root]));
  }

  async #deadRoots(): Promise<Set<string>> {
    const rows = await this.#database.asOwner<{ root: string }>(
      'select unnest(old_roots) as root from key_period where tenant_id = $1 and closed_at is not null',
      [this.#tenantId],
    );
    return new Set(rows.map(({ root }) => root));
  }

  async #do({ act, item: index }: Act): Promise<void> {
    const item = this.#items[index % this.#items.length]!;
    const deps = this.#deps;
    switch (act) {
      case 'hold':
        item.holds.add(await placeHoldOn(deps, this.#tenantId, [item.id]));
        return;
      case 'release':
        return this.#release(item);
      case 'bury':
        await writeTombstone(deps)(await this.#refOf(item));
        return;
      case 'destroy':
        await destroyKeys(deps)(await this.#refOf(item));
        return;
      case 'dispose':
        await claimDue(deps)({ partition: 0, partitions: 1, limit: 10 });
        await destroyKeys(deps)(await this.#refOf(item));
        return;
      case 'claim':
        await claimDue(deps)({ partition: 0, partitions: 1, limit: 10 });
        return;
      case 'open':
        this.#periodId = (await openKeyPeriod(deps)({})).periodId ?? undefined;
        return;
      case 'rewrap':
        if (this.#periodId !== undefined) await rewrapKeys(deps)({ periodId: this.#periodId, limit: 1 });
        return;
      case 'roots':
        if (this.#periodId !== undefined) await destroyRoots(deps)({ periodId: this.#periodId });
        return;
      case 'close':
        await closeKeyPeriod(deps);
        return;
      case 'renew':
        return deps.keks.renew(new Date(this.#clock));
      case 'record':
        return this.#record();
      case 'backup':
        return this.#backup();
      case 'year':
        this.#clock += YEAR_MS;
    }
  }

  /** A hold whose release was asked for no longer promises anything, whatever becomes of the asking. */
  async #release(item: Item): Promise<void> {
    const [hold] = item.holds;
    if (hold === undefined) return;
    item.holds.delete(hold);
    await releaseHoldOf(this.#deps, this.#tenantId, hold);
  }

  async #refOf({ id: recordingId }: Item): Promise<DisposalRef> {
    const tenantId = this.#tenantId;
    const recording = await this.#database.db.forTenant(tenantId, (tx) => readRecording(tx, recordingId));
    return { tenantId, recordingId, policyEpoch: recording?.policyEpoch ?? 0 };
  }

  #partsOf({ id }: Item): Promise<Part[]> {
    return this.#database.db.forTenant(this.#tenantId, (tx) => readParts(tx, id));
  }

  async #backup(): Promise<void> {
    this.#backups.push(...(await backupOf(this.#database, this.#tenantId)));
  }

  /** A recording with two parts, sealed a year ago and due; its key is whatever the source has at hand. */
  async #record(): Promise<void> {
    const { keks, db } = this.#deps;
    const tenantId = this.#tenantId;
    const now = new Date(this.#clock);
    const id = newId(this.#clock);
    const scope = { tenant: tenantId, region: 'eu-central', retentionClass: 'business-call' };
    const kek = await keks.current(scope, now);
    const keys = new Map<string, Buffer>();
    const then = new Date(this.#clock - YEAR_MS).toISOString();
    await db.forTenant(tenantId, async (tx) => {
      await insertRecording(tx, tenantId, recordingRow(id, then));
      await insertKek(tx, tenantId, { ...kek, ...kek.scope });
      for (const kind of ['media', 'metadata'] as const) {
        const partId = randomUUID();
        const dataKey = generateDataKey();
        keys.set(partId, Buffer.from(dataKey));
        await insertPart(tx, tenantId, partRow(partId, id, kind));
        const context = contextOf(tenantId, { recordingId: id, id: partId, version: 1 });
        await insertDataKey(tx, tenantId, partId, kek.id, wrapDataKey(kek.key, dataKey, context));
      }
      await tx.query("update recording set state = 'retained' where id = $1", [id]);
      await tx.query('update recording_retention set retain_until = $2 where recording_id = $1', [id, then]);
    });
    this.#items.push({ id, keys, holds: new Set() });
  }
}

/** Acts are refused for reasons; a fault is none of them. */
function expectKnown(error: unknown): void {
  if (error instanceof ProcessDied || isHoldfastError(error)) return;
  throw error;
}

function recordingRow(id: string, at: string): Parameters<typeof insertRecording>[2] {
  return {
    id,
    region: 'eu-central',
    source: 'siprec',
    spoolNode: 'test-node',
    callId: null,
    startedAt: at,
    endedAt: at,
    durationMs: 0,
    partial: false,
    retentionClass: 'business-call',
    consent: { outcome: 'RECORD', reasons: [], rules: [], packDigest: 'x', decidedAt: at },
    warnings: [],
    quality: [],
  };
}

function partRow(
  id: string,
  recordingId: string,
  kind: 'media' | 'metadata',
): Parameters<typeof insertPart>[2] {
  const bytes = randomBytes(8);
  const sha256 = createHash('sha256').update(bytes).digest();
  return {
    id,
    recordingId,
    kind,
    label: null,
    version: 1,
    store: 'objects',
    objectKey: `eu-central/${recordingId}/${id}`,
    bytes: 8,
    ciphertextBytes: 64,
    sha256,
    sha512: createHash('sha512').update(bytes).digest(),
    ciphertextSha256: sha256,
  };
}
