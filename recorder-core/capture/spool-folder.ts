import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeStorageError, syncDirectory } from '../vault/durable-file.ts';

/** Names inside one recording's folder of the spool. */
export const JOURNAL_NAME = 'session.journal';
const COMMITTED_NAME = 'committed';

/** The folder of a recording: `<spool>/<recordingId>`. */
export function spoolFolder(spool: string, recordingId: string): string {
  return join(spool, recordingId);
}

/** The ciphertext file of a part. */
export function partPath(folder: string, partId: string): string {
  return join(folder, `${partId}.part`);
}

/** Makes the folder of a new recording; fails where it exists. */
export async function makeSpoolFolder(spool: string, recordingId: string): Promise<string> {
  const folder = spoolFolder(spool, recordingId);
  try {
    await mkdir(spool, { recursive: true, mode: 0o700 });
    await mkdir(folder, { mode: 0o700 });
    await syncDirectory(spool);
    return folder;
  } catch (error) {
    throw describeStorageError(error);
  }
}

/** Notes that the database knows the recording, so that recovery leaves the folder alone. */
export async function markCommitted(folder: string): Promise<void> {
  await writeFile(join(folder, COMMITTED_NAME), '', { mode: 0o600 });
}

/** Recordings whose session ended, or broke off, before the database learned of them. */
export async function listUncommitted(spool: string): Promise<string[]> {
  const names = await readdir(spool).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw describeStorageError(error);
  });
  const open = await Promise.all(
    names.map((name) =>
      access(join(spool, name, COMMITTED_NAME)).then(
        () => undefined,
        () => name,
      ),
    ),
  );
  return open.filter((name) => name !== undefined);
}

/** Removes the folder of a recording that has reached the object store; nothing happens where it is gone. */
export async function removeSpoolFolder(spool: string, recordingId: string): Promise<void> {
  await rm(spoolFolder(spool, recordingId), { recursive: true, force: true });
}
