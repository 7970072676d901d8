/**
 * Tombstones outside the database: one object each in the object store, written before the keys go. A database that is
 * restored from an older copy learns from them what must be destroyed again.
 *
 * `tombstones/<tenant>/<month>/<id>.tombstone` holds the tombstone, `<id>.withdrawn` beside it says that a hold came
 * first. Each is one line of JSON and one line with its HMAC-SHA-256 under a secret of the installation, so that nobody
 * who can only write to the store can have anything destroyed.
 */
import type { ObjectStore } from './object-store.ts';
import { notOurs, putSigned, readSigned } from './signed-object.ts';

/** A data key that a tombstone names, and what wrapped it when it was written. */
export interface BuriedKey {
  readonly part: string;
  readonly kek: string;
  readonly provider: string;
  readonly root: string;
}

/** The decision to destroy the keys of a recording, or of some of its parts. Ids and rules only, no personal data. */
export interface Tombstone {
  readonly tenant: string;
  /** UUIDv7: sorts by time. */
  readonly id: string;
  readonly recording: string;
  readonly epoch: number;
  /** RFC 3339. */
  readonly at: string;
  /** SHA-256 over salt and recording id, in hexadecimal: what a certificate shows of the item. */
  readonly saltedId: string;
  readonly rules: readonly string[];
  readonly packDigest: string;
  readonly keys: readonly BuriedKey[];
  /** Stores that hold something of it. */
  readonly stores: readonly string[];
  /** Set where single parts go and the rest of the recording stays. */
  readonly alone?: {
    /** The part disposal that it belongs to, and its ground. */
    readonly disposal: string;
    readonly ground: string;
    readonly parts: readonly string[];
  };
}

/** A tombstone as the journal has it. */
export interface JournalEntry {
  readonly tombstone: Tombstone;
  /** The line of JSON that was signed. */
  readonly body: Buffer;
}

const FORMAT = 'holdfast-tombstone/1';
/** Of a tombstone for single parts: who knows only the first form must refuse it, for it would destroy the whole recording. */
const FORMAT_OF_PARTS = 'holdfast-tombstone/2';
const PREFIX = 'tombstones';

/** The bytes of a tombstone, in the database and in the journal alike. */
export function encodeTombstone(tombstone: Tombstone): Buffer {
  const format = tombstone.alone === undefined ? FORMAT : FORMAT_OF_PARTS;
  return Buffer.from(JSON.stringify({ format, ...tombstone }));
}

/** Reads what `encodeTombstone` wrote. @throws integrity_failed. */
export function decodeTombstone(body: Buffer): Tombstone {
  const { format, ...tombstone } = JSON.parse(body.toString('utf8')) as Tombstone & { format: unknown };
  if (format !== (tombstone.alone === undefined ? FORMAT : FORMAT_OF_PARTS)) throw notOurs(PREFIX);
  return tombstone;
}

/** The journal of one installation. `secret` signs its entries. */
export class TombstoneJournal {
  readonly #objects: ObjectStore;
  readonly #secret: Buffer;

  constructor(objects: ObjectStore, secret: Buffer) {
    this.#objects = objects;
    this.#secret = secret;
  }

  /** Writes a tombstone durably; idempotent. Errors as `ObjectStore.put`. */
  async write(body: Buffer): Promise<void> {
    await putSigned(this.#objects, keyOf(decodeTombstone(body), 'tombstone'), body, this.#secret);
  }

  /** Says that a tombstone was not carried out; idempotent. */
  async withdraw(tombstone: Pick<Tombstone, 'tenant' | 'id' | 'at'>): Promise<void> {
    const { tenant, id } = tombstone;
    const body = Buffer.from(JSON.stringify({ format: FORMAT, tenant, id }));
    await putSigned(this.#objects, keyOf(tombstone, 'withdrawn'), body, this.#secret);
  }

  /** Whether it was withdrawn. @throws integrity_failed when somebody else says so. */
  async isWithdrawn(tombstone: Pick<Tombstone, 'tenant' | 'id' | 'at'>): Promise<boolean> {
    const key = keyOf(tombstone, 'withdrawn');
    if ((await this.#objects.head(key)) === undefined) return false;
    await readSigned(this.#objects, key, this.#secret);
    return true;
  }

  /** Ids of a tenant's tombstones of one month (`YYYY-MM`), or of all, without those that were withdrawn. @throws integrity_failed for a withdrawal that this installation did not write. */
  async list(tenant: string, month?: string): Promise<{ readonly id: string; readonly month: string }[]> {
    const prefix = `${PREFIX}/${tenant}/${month === undefined ? '' : `${month}/`}`;
    const found = new Map<string, { id: string; month: string }>();
    const withdrawn = new Set<string>();
    for await (const { key } of this.#objects.list(prefix)) {
      const [, , ofMonth = '', name = ''] = key.split('/');
      const id = name.slice(0, name.indexOf('.'));
      if (name.endsWith('.withdrawn')) {
        // These are rare, and a false one would keep a restore from destroying again what it must.
        await readSigned(this.#objects, key, this.#secret);
        withdrawn.add(id);
      } else found.set(id, { id, month: ofMonth });
    }
    return [...found.values()].filter(({ id }) => !withdrawn.has(id));
  }

  /** Reads one entry. @throws integrity_failed when it was not written by this installation; not_found. */
  async read(tenant: string, { id, month }: { id: string; month: string }): Promise<JournalEntry> {
    const key = `${PREFIX}/${tenant}/${month}/${id}.tombstone`;
    const body = await readSigned(this.#objects, key, this.#secret);
    const tombstone = decodeTombstone(body);
    if (keyOf(tombstone, 'tombstone') !== key) throw notOurs(key);
    return { tombstone, body };
  }
}

function keyOf({ tenant, id, at }: Pick<Tombstone, 'tenant' | 'id' | 'at'>, end: string): string {
  return `${PREFIX}/${tenant}/${at.slice(0, 7)}/${id}.${end}`;
}
