import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { ReadDocument, SearchEngine } from './engine.ts';

/** What the index holds of one recording. `_version` is the revision, because writes use external versions. */
export interface FoundRecording {
  readonly revision: number;
  readonly held: boolean;
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/**
 * Reads recordings by id in one request, in the order given; undefined for one that is not there. Reads by id are
 * real-time, so a write that was answered is seen at once.
 */
export function findRecordings(
  engine: SearchEngine,
  alias: string,
  ids: readonly string[],
): Promise<(FoundRecording | undefined)[]> {
  return findEverywhere(
    engine,
    ids.map((id) => ({ index: alias, id })),
  );
}

/** As `findRecordings`, each in the index that is said beside it; in one that is not there, nothing is. */
export async function findEverywhere(
  engine: SearchEngine,
  asked: readonly { readonly index: string; readonly id: string }[],
): Promise<(FoundRecording | undefined)[]> {
  const docs = await engine.read<{ held?: boolean }>(asked, ['held']);
  return asked.map((_one, index) => foundOf(docs[index]));
}

function foundOf(doc: ReadDocument<{ held?: boolean }> | undefined): FoundRecording | undefined {
  if (doc === undefined) throw unreadable(undefined);
  if (doc.error !== undefined) {
    if (doc.error.type === 'index_not_found_exception') return undefined;
    throw unreadable(doc.error.type);
  }
  if (doc.found !== true) return undefined;
  const { _version, _seq_no, _primary_term, _source } = doc;
  if (_version === undefined || _seq_no === undefined || _primary_term === undefined)
    throw unreadable(undefined);
  return { revision: _version, held: _source?.held === true, seqNo: _seq_no, primaryTerm: _primary_term };
}

function unreadable(code: string | undefined): RemoteFailure {
  return new RemoteFailure(
    remoteError('transient', 'The search engine could not read the recording.', {
      scope: 'batch',
      ...(code === undefined ? {} : { remote: { code } }),
    }),
  );
}
