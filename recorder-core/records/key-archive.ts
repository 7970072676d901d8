import type { WrappedKey } from '../vault/key-provider.ts';
import type { ObjectStore } from '../vault/object-store.ts';
import { once, putSigned, readSigned } from '../vault/signed-object.ts';
import type { Database } from './database.ts';
import { archiveRows, type ArchivedDataKey, type ArchivedKek } from './key-archive-rows.ts';
import type { KeyPeriod } from './key-periods.ts';

/**
 * The archive of wrapped keys in the object store. When a period of keys is closed, older backups of the database lose the
 * roots of all that they hold, survivors included. What each key is wrapped under from then on stands here, so that a
 * restored database can be told. It opens nothing without the provider, and dies with its root when the next period is
 * closed, except for what survives that as well.
 *
 * `keys/<tenant>/<period>/index` names the lists beside it; it is written last and says that the archive is whole.
 */
export interface ArchiveIndex {
  readonly format: typeof FORMAT;
  readonly period: string;
  readonly provider: string;
  readonly oldRoots: readonly string[];
  readonly newRoot: string;
  readonly rewrapped: number;
  readonly replaced: number;
  /** Keys of the objects with lists, in order. */
  readonly lists: readonly string[];
  /** Credentials of connections, base64. */
  readonly credentials: readonly { readonly id: string; readonly credential: string }[];
}

/** One list of an archive. Bytes are base64. */
export interface ArchiveList {
  readonly keks: readonly ArchivedKek[];
  readonly dataKeys: readonly ArchivedDataKey[];
}

const FORMAT = 'holdfast-key-archive/1';
const PREFIX = 'keys';
/** Keys in one object. */
const PER_LIST = 2_000;

/** Reads and writes the archive of an installation. `secret` signs its objects. */
export class KeyArchive {
  readonly #objects: ObjectStore;
  readonly #secret: Buffer;

  constructor(objects: ObjectStore, secret: Buffer) {
    this.#objects = objects;
    this.#secret = secret;
  }

  /** Archives what a tenant's keys are wrapped under now; `attempt` is an id of its own. Does nothing where it is done. */
  async write(db: Database, tenantId: string, period: KeyPeriod, attempt: string): Promise<void> {
    const folder = `${PREFIX}/${tenantId}/${period.id}`;
    if ((await this.#objects.head(`${folder}/index`)) !== undefined) return;
    const lists: string[] = [];
    const put = async (list: ArchiveList): Promise<void> => {
      const key = `${folder}/${attempt}/${String(lists.length).padStart(6, '0')}`;
      await putSigned(this.#objects, key, Buffer.from(JSON.stringify(list)), this.#secret);
      lists.push(key);
    };
    const { credentials } = await archiveRows(db, tenantId, period.id, PER_LIST, put);
    const index: ArchiveIndex = {
      format: FORMAT,
      period: period.id,
      provider: period.provider,
      oldRoots: period.oldRoots,
      newRoot: period.newRoot ?? '',
      rewrapped: period.rewrapped,
      replaced: period.replaced,
      lists,
      credentials,
    };
    await putSigned(this.#objects, `${folder}/index`, Buffer.from(JSON.stringify(index)), this.#secret);
  }

  /** Ids of the periods that were archived for a tenant, oldest first. */
  async list(tenantId: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { key } of this.#objects.list(`${PREFIX}/${tenantId}/`)) {
      const [, , period = '', name] = key.split('/');
      if (name === 'index') found.push(period);
    }
    return found.sort(); // ids of version 7 sort by time
  }

  /** @throws HoldfastError `integrity_failed` when it was not written by this installation, `not_found`. */
  async readIndex(tenantId: string, period: string): Promise<ArchiveIndex> {
    const key = `${PREFIX}/${tenantId}/${period}/index`;
    const body = await readSigned(this.#objects, key, this.#secret);
    return JSON.parse(body.toString('utf8')) as ArchiveIndex;
  }

  /** Errors as `readIndex`. */
  async readList(key: string): Promise<ArchiveList> {
    const body = await readSigned(this.#objects, key, this.#secret);
    return JSON.parse(body.toString('utf8')) as ArchiveList;
  }
}

/**
 * Keeps the wrapped master secret of a period beside the archive. It is not signed, because what signs is derived from it:
 * only the provider that wrapped it opens it, and refuses anything else.
 */
export async function archiveMasterSecret(
  objects: ObjectStore,
  period: string,
  wrapped: WrappedKey,
): Promise<void> {
  const key = masterKeyOf(period);
  if ((await objects.head(key)) !== undefined) return;
  const body = JSON.stringify({ ...wrapped, bytes: wrapped.bytes.toString('base64') });
  await objects.put(key, once(Buffer.from(body)));
}

/** The wrapped master secrets that were archived, newest first. */
export async function* readMasterSecrets(objects: ObjectStore): AsyncGenerator<WrappedKey> {
  const keys = (await Array.fromAsync(objects.list(`${PREFIX}/installation/`))).map(({ key }) => key);
  for (const key of keys.sort().reverse()) {
    const object = await objects.open(key);
    try {
      const text = (await object.read(0, object.size)).toString('utf8');
      const { provider, keyId, bytes } = JSON.parse(text) as Record<keyof WrappedKey, string>;
      yield { provider, keyId, bytes: Buffer.from(bytes, 'base64') };
    } finally {
      await object.close();
    }
  }
}

function masterKeyOf(period: string): string {
  return `${PREFIX}/installation/${period}`;
}
