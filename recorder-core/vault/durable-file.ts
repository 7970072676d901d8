/** Making a file last: directory sync, and the sentences for what a disk may answer. */
import { open } from 'node:fs/promises';
import { HoldfastError, isHoldfastError } from '../errors.ts';

/** Flushes a directory, so that a new, renamed or removed name in it survives a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * The operating system's code of an error, such as `ENOENT`; undefined for anything that is no failed system
 * call. Asks for the fields and not for the class, because the error may come from another realm.
 */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('syscall' in error) || !('code' in error))
    return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Translates a file system error into ours; our own errors pass unchanged, as do errors that are no disk's. */
export function describeStorageError(error: unknown): unknown {
  if (isHoldfastError(error)) return error;
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new HoldfastError(
        'storage_full',
        'The disk is full, so this write was undone. Free space or enlarge the volume; the write will then succeed when repeated.',
        { cause: error },
      );
    case 'ENOENT':
      return new HoldfastError(
        'not_found',
        'The file to be read does not exist. It may have been moved or disposed of.',
        {
          cause: error,
        },
      );
    case undefined:
      return error;
    default:
      return new HoldfastError(
        'unavailable',
        `The storage answered ${systemCode(error)}. Nothing was changed; check the volume and its permissions.`,
        { cause: error },
      );
  }
}
