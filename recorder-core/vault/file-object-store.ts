/**
 * The ObjectStore on a local or mounted file system. An object appears under its name only after its bytes,
 * checked and flushed, are on the disk (temporary file, fsync, link, fsync of the folder). A link never
 * overwrites, which makes creation conditional even between processes.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { RandomBytes } from './chunk-format.ts';
import { describeStorageError, syncDirectory, systemCode } from './durable-file.ts';
import { checkExpected, requireSameContent, type ObjectContent } from './object-content.ts';
import { readFileBytes } from './read-file-bytes.ts';
import type {
  DeleteOutcome,
  ExpectedObject,
  ObjectBody,
  ObjectHead,
  ObjectStore,
  OpenObject,
  PutResult,
  StoredVersion,
} from './object-store.ts';
import { checkObjectKey, isObjectKey } from './object-store.ts';

/** Opens the store in the folder `root`, which is made when missing. */
export async function openFileObjectStore(
  root: string,
  random: RandomBytes = randomBytes,
): Promise<FileObjectStore> {
  await onDisk(() => mkdir(join(root, TEMPORARY), { recursive: true, mode: 0o700 }));
  return new FileObjectStore(root, random);
}

/** No key can name this folder, because segments do not start with a dot. */
const TEMPORARY = '.incoming';

/** See ObjectStore. Use openFileObjectStore. */
export class FileObjectStore implements ObjectStore {
  /** A file system has no lock that its administrator could not lift. */
  readonly lock = undefined;
  readonly canaries = undefined;
  readonly place: string;
  readonly #root: string;
  readonly #random: RandomBytes;

  constructor(root: string, random: RandomBytes) {
    this.#root = root;
    this.place = `the folder ${root}`;
    this.#random = random;
  }

  async put(key: string, body: ObjectBody, expected: ExpectedObject = {}): Promise<PutResult> {
    const path = this.#pathOf(key);
    const temporary = join(this.#root, TEMPORARY, this.#random(12).toString('hex'));
    const bytes = typeof body === 'string' ? readFileBytes(body) : body;
    return onDisk(async () => {
      try {
        const content = await writeNew(temporary, bytes);
        checkExpected(content, expected);
        await this.#makeFolder(dirname(path));
        const created = await linkNew(temporary, path);
        if (!created) await requireSame(path, content);
        await syncDirectory(dirname(path));
        return { outcome: created ? 'stored' : 'exists', ...content };
      } finally {
        await rm(temporary, { force: true });
      }
    });
  }

  async open(key: string): Promise<OpenObject> {
    const path = this.#pathOf(key);
    return onDisk(async () => {
      const file = await open(path, 'r');
      const { size } = await file.stat();
      return {
        size,
        read: async (offset, length) => {
          const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
          return buffer.subarray(0, bytesRead);
        },
        close: () => file.close(),
      };
    });
  }

  async head(key: string): Promise<ObjectHead | undefined> {
    const path = this.#pathOf(key);
    return onDisk(async () => {
      const found = await stat(path).catch(ignoreMissing);
      return found?.isFile() ? { key, size: found.size, storedAt: found.mtime } : undefined;
    });
  }

  async delete(key: string): Promise<DeleteOutcome> {
    const path = this.#pathOf(key);
    return onDisk(async () => {
      if (!(await this.head(key))) return 'absent';
      await rm(path, { force: true });
      await syncDirectory(dirname(path));
      return 'deleted';
    });
  }

  async *list(prefix: string): AsyncGenerator<ObjectHead> {
    for (const key of await this.#keys(prefix)) {
      const head = await this.head(key);
      if (head) yield head;
    }
  }

  async *remainingVersions(prefix: string): AsyncGenerator<StoredVersion> {
    for await (const { key, size } of this.list(prefix))
      yield { key, size, lockedUntil: null, legalHold: false };
  }

  async removeAbandoned(before: Date): Promise<number> {
    const folder = join(this.#root, TEMPORARY);
    let removed = 0;
    for (const name of await onDisk(() => readdir(folder))) {
      const found = await stat(join(folder, name)).catch(ignoreMissing);
      if (found === undefined || found.mtime >= before) continue;
      await rm(join(folder, name), { force: true });
      removed += 1;
    }
    return removed;
  }

  #pathOf(key: string): string {
    return join(this.#root, ...checkObjectKey(key));
  }

  /** Makes the folder and flushes each new name up to the root, else a power cut could take the object along. */
  async #makeFolder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let parent = dirname(folder); parent.length >= this.#root.length; parent = dirname(parent)) {
      await syncDirectory(parent);
      if (parent === dirname(first)) return;
    }
  }

  /** Reads only the folder the prefix points into, not the whole store. */
  async #keys(prefix: string): Promise<string[]> {
    const folder = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')));
    if (folder !== '' && !isObjectKey(folder)) return [];
    const found = await onDisk(() =>
      readdir(join(this.#root, folder), { recursive: true, withFileTypes: true }).catch(ignoreMissing),
    );
    return (found ?? [])
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.#root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((key) => key.startsWith(prefix) && isObjectKey(key))
      .sort();
  }
}

async function onDisk<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw describeStorageError(error);
  }
}

async function writeNew(path: string, bytes: AsyncIterable<Uint8Array>): Promise<ObjectContent> {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of bytes) {
      await file.writeFile(piece);
      hash.update(piece);
      size += piece.length;
    }
    await file.sync();
    return { sha256: hash.digest('hex'), size };
  } finally {
    await file.close();
  }
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function requireSame(path: string, content: ObjectContent): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  requireSameContent(hash.digest('hex'), content);
}

function ignoreMissing(error: unknown): undefined {
  if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
  throw error;
}
