/** The file behind the local key ring: its format, the checks on it, atomic creation and replacement. */
import { createHash } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HoldfastError } from '../errors.ts';
import type { RandomBytes } from './chunk-format.ts';
import { KEY_BYTES } from './chunk-format.ts';
import { syncDirectory, systemCode } from './durable-file.ts';
import { versionOf } from './root-key-id.ts';

/** One 256-bit root key. The id carries a fingerprint of the key, so that another ring's key cannot pass for it. */
export interface RootKey {
  readonly id: string;
  readonly key: Buffer;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** The ring's content; the last root key is the current one. */
export interface KeyRing {
  readonly rootKeys: readonly RootKey[];
  /** Only in rings of earlier releases, which kept the installation's master secret here. */
  readonly masterSecret: Buffer | undefined;
}

const FORMAT = 'holdfast-key-ring/1';

/** A new root key, number `version` of its ring. */
export function newRootKey(version: number, random: RandomBytes, now: Date): RootKey {
  const key = random(KEY_BYTES);
  return { id: rootKeyId(version, key), key, createdAt: now.toISOString() };
}

/** Writes a new ring unless there is one; never overwrites, also when two processes try at once. */
export async function createKeyRingFile(path: string, random: RandomBytes, now: Date): Promise<void> {
  const ring: KeyRing = { rootKeys: [newRootKey(1, random, now)], masterSecret: undefined };
  const draft = await writeDraft(path, ring, random);
  try {
    await link(draft, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw unusable('could not be created', error);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Reads and checks the ring. @throws key_unavailable when it is missing, open to others or damaged. */
export async function readKeyRingFile(path: string): Promise<KeyRing> {
  let text: string;
  try {
    const file = await open(path, 'r');
    try {
      const { mode } = await file.stat();
      if ((mode & 0o077) !== 0) {
        throw new HoldfastError(
          'key_unavailable',
          'The key ring can be read by other users of this machine, so it is not used. Set its mode to 0600, and rotate the keys if others may have read it.',
          { detail: path },
        );
      }
      text = await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    const what = systemCode(error) === 'ENOENT' ? 'is missing' : 'cannot be read';
    throw unusable(what, error);
  }
  return parseRing(text);
}

/** Replaces the ring by what `change` makes of it, atomically and one at a time. @throws conflict. */
export async function updateKeyRingFile(
  path: string,
  random: RandomBytes,
  change: (before: KeyRing) => KeyRing,
): Promise<KeyRing> {
  const lock = `${path}.lock`;
  await takeLock(lock);
  try {
    const after = change(await readKeyRingFile(path));
    await rename(await writeDraft(path, after, random), path);
    await syncDirectory(dirname(path));
    return after;
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<void> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw unusable('could not be changed', error);
    throw new HoldfastError(
      'conflict',
      'Another process is changing the key ring, or one was killed while it did. If none is running, remove the lock file beside the ring and repeat.',
      { detail: lock },
    );
  }
}

async function writeDraft(path: string, ring: KeyRing, random: RandomBytes): Promise<string> {
  const draft = `${path}.${random(6).toString('hex')}.draft`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(formatRing(ring));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(draft, { force: true });
    throw unusable('could not be written', error);
  }
  return draft;
}

function formatRing(ring: KeyRing): string {
  const rootKeys = ring.rootKeys.map((root) => ({ ...root, key: root.key.toString('base64') }));
  const master = ring.masterSecret;
  const content = {
    format: FORMAT,
    rootKeys,
    ...(master === undefined ? {} : { masterSecret: master.toString('base64') }),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function parseRing(text: string): KeyRing {
  try {
    const content: unknown = JSON.parse(text);
    const ring = content as { format?: unknown; rootKeys?: unknown; masterSecret?: unknown };
    if (ring.format !== FORMAT || !Array.isArray(ring.rootKeys) || ring.rootKeys.length === 0)
      throw new Error('shape');
    const masterSecret = ring.masterSecret === undefined ? undefined : parseKey(ring.masterSecret);
    return { rootKeys: ring.rootKeys.map(parseRootKey), masterSecret };
  } catch {
    // The cause is left out on purpose: a JSON error quotes the text around it, which here is key material.
    throw unusable('is damaged', undefined);
  }
}

function parseRootKey(value: unknown): RootKey {
  const { id, key: encoded, createdAt } = value as Record<string, unknown>;
  if (typeof id !== 'string' || typeof createdAt !== 'string') throw new Error('root key');
  const key = parseKey(encoded);
  if (id !== rootKeyId(versionOf(id) ?? 0, key)) throw new Error('root key');
  return { id, key, createdAt };
}

function parseKey(value: unknown): Buffer {
  const key = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  if (key.length !== KEY_BYTES) throw new Error('key length');
  return key;
}

function rootKeyId(version: number, key: Buffer): string {
  const fingerprint = createHash('sha256')
    .update('holdfast/root-key-id/v1\0')
    .update(key)
    .digest('hex')
    .slice(0, 12);
  return `${version}-${fingerprint}`;
}

function unusable(what: string, cause: unknown): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `The key ring ${what}. Without it nothing recorded before can be opened: restore it from its backup, with mode 0600.`,
    cause === undefined ? {} : { cause },
  );
}
