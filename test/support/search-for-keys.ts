/** What somebody with all the bytes of an installation would do: try each 32 of them as a key. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unwrapDataKey } from '../../recorder-core/vault/envelope.ts';
import { rootContext } from '../../recorder-core/vault/root-key-id.ts';
import { openBox } from '../../recorder-core/vault/sealed-box.ts';

/** A wrapped data key with the wrapped key-encryption key above it, and what both are bound to. */
export interface LockedPart {
  readonly dataKey: Buffer;
  readonly partContext: Buffer;
  readonly kek: Buffer;
  readonly kekContext: Buffer;
  readonly rootKeyId: string;
}

/** Every file below a folder, but for folders of those names at its top. */
export async function readFilesBelow(folder: string, without: readonly string[]): Promise<Buffer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const wanted = paths.filter((path) => !without.some((name) => path.startsWith(join(folder, name, '/'))));
  return Promise.all(wanted.map((path) => readFile(path)));
}

/** The bytes as they are, and what is written in them as hexadecimal or base64. */
export function spellings(bytes: Buffer): Buffer[] {
  const text = bytes.toString('latin1');
  const hex = [...text.matchAll(/[0-9a-f]{64,}/gi)].map(([word]) => Buffer.from(word, 'hex'));
  const base64 = [...text.matchAll(/[A-Za-z0-9+/_-]{43,}/g)].map(([word]) => Buffer.from(word, 'base64'));
  return [bytes, ...hex, ...base64];
}

/** Tries every 32 bytes in a row as root key and as key-encryption key; answers what opened, undefined for nothing. */
export function searchForKeys(haystack: readonly Buffer[], part: LockedPart): 'root' | 'kek' | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // some hundred thousand errors are made, and nobody reads them
  try {
    return search(haystack, part);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function search(haystack: readonly Buffer[], part: LockedPart): 'root' | 'kek' | undefined {
  const root = rootContext(part.rootKeyId, part.kekContext);
  const tried = new Set<string>();
  for (const bytes of haystack) {
    for (let at = 0; at + 32 <= bytes.length; at += 1) {
      const candidate = bytes.subarray(at, at + 32);
      const name = candidate.toString('latin1');
      if (tried.has(name)) continue;
      tried.add(name);
      if (opens(() => openBox(candidate, part.kek, root))) return 'root';
      if (opens(() => unwrapDataKey(candidate, part.dataKey, part.partContext))) return 'kek';
    }
  }
  return undefined;
}

function opens(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
