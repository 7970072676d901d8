import { listUncommitted, spoolFolder } from './spool-folder.ts';
import { readManifest } from './spool-manifest.ts';

/**
 * The root keys under which the recordings in a spool are that the database does not know yet: those of calls in progress
 * and those that wait to be sealed. A root key that is destroyed before would take them along. A recording keeps its key,
 * so each manifest is read once.
 * @throws HoldfastError `integrity_failed` for a damaged manifest: then it is not known, and the last report stands.
 */
export function openSpoolRoots(spool: string): () => Promise<string[]> {
  let known = new Map<string, string>();
  return async () => {
    const next = new Map<string, string>();
    for (const recordingId of await listUncommitted(spool)) {
      const root = known.get(recordingId) ?? (await rootOf(spoolFolder(spool, recordingId)));
      if (root !== undefined) next.set(recordingId, root);
    }
    known = next;
    return [...new Set(next.values())];
  };
}

/** Undefined where there is no manifest yet, so nothing was stored. */
async function rootOf(folder: string): Promise<string | undefined> {
  return (await readManifest(folder))?.kek.rootKeyId;
}
