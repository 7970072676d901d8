/** What stands on the remote side next to what an upsert is to write there. */
import type { RemoteState } from './outcome.ts';

/** What the remote side has of one object. */
export interface Standing {
  readonly revision: number;
  /** All that is left is the trace of a deletion at that revision. */
  readonly deleted?: boolean;
  /** The remote side's own version, where that is not the revision. */
  readonly version?: number;
}

interface Revised {
  readonly revision: number;
}

/** How an upsert is planned by what stands there: what is as new stays as it is. */
export function upsertAction(
  { revision }: Revised,
  there: Standing | undefined,
): 'create' | 'update' | 'none' {
  if (there === undefined) return 'create';
  if (there.revision >= revision) return 'none';
  return there.deleted === true ? 'create' : 'update';
}

/** What became of an upsert whose end nobody knows, by what stands there now. */
export function upsertState(
  { revision }: Revised,
  there: Standing | undefined,
  remoteId: string,
): RemoteState {
  if (there === undefined || there.revision < revision) return { state: 'not_applied' };
  const stands = there.revision === revision && there.deleted !== true;
  const remoteVersion = String(there.version ?? there.revision);
  return { state: 'applied', result: stands ? 'confirmed' : 'superseded', remoteId, remoteVersion };
}
