import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeStorageError, syncDirectory } from '../vault/durable-file.ts';

/** Names inside one recording's folder of the spool. */
export const JOURNAL_NAME = 'session.journal';
const COMMITTED_NAME = 'committed';
const RECORDING_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The folder of a recording: `<spool>/<recordingId>`. */
export function spoolFolder(spool: string, recordingId: string): string {
  return join(spool, recordingId);
}

/** The ciphertext file of a part. */
export function partPath(folder: string, partId: string): string {
  return join(folder, `${partId}.part`);
}

/** Makes the folder of a new recording; fails where it exists. A power cut may take it until `syncSpoolFolder`. */
export async function makeSpoolFolder(spool: string, recordingId: string): Promise<string> {
  const folder = spoolFolder(spool, recordingId);
  try {
    await mkdir(folder, { mode: 0o700 }).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(spool, { recursive: true, mode: 0o700 }); // the very first call
      await mkdir(folder, { mode: 0o700 });
    });
    return folder;
  } catch (error) {
    throw describeStorageError(error);
  }
}

/** Flushes the names in a recording's folder, and the folder's own name, to the disk. */
export async function syncSpoolFolder(spool: string, folder: string): Promise<void> {
  try {
    await syncDirectory(folder);
    await syncDirectory(spool);
  } catch (error) {
    throw describeStorageError(error);
  }
}

/**
 * Notes that the database knows the recording, so that recovery leaves the folder alone. Nothing happens where the
 * folder is gone: its lifecycle was quicker and has moved the recording to the object store.
 */
export async function markCommitted(folder: string): Promise<void> {
  try {
    await writeFile(join(folder, COMMITTED_NAME), '', { mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw describeStorageError(error);
  }
}

/**
 * Recordings whose session ended, or broke off, before the database learned of them. What is not named by a
 * recording's id is not ours and is never touched.
 */
export async function listUncommitted(spool: string): Promise<string[]> {
  const names = await readdir(spool).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw describeStorageError(error);
  });
  const open = await Promise.all(
    names
      .filter((name) => RECORDING_ID.test(name))
      .map((name) =>
        access(join(spool, name, COMMITTED_NAME)).then(
          () => undefined,
          () => name,
        ),
      ),
  );
  return open.filter((name) => name !== undefined);
}

/** Names of the files in a recording's folder; none where it is gone. */
export async function listSpoolFiles(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw describeStorageError(error);
  });
}

/**
 * Removes the folder of a recording that has reached the object store; nothing happens where it is gone. The folder
 * gets another name first: a crash in between never leaves half a recording under the name of one.
 */
export async function removeSpoolFolder(spool: string, recordingId: string): Promise<void> {
  const folder = spoolFolder(spool, recordingId);
  const leaving = `${folder}.removed`;
  try {
    await rename(folder, leaving);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw describeStorageError(error);
  }
  await rm(leaving, { recursive: true, force: true });
}
