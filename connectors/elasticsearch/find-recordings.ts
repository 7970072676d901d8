import type { Client, estypes } from '@elastic/elasticsearch';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';

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
export async function findRecordings(
  client: Client,
  alias: string,
  ids: readonly string[],
): Promise<(FoundRecording | undefined)[]> {
  const { docs } = await client.mget<{ held?: boolean }>({
    docs: ids.map((_id) => ({ _index: alias, _id, _source: ['held'] })),
  });
  return ids.map((_id, index) => foundOf(docs[index]));
}

function foundOf(doc: estypes.MgetResponseItem<{ held?: boolean }> | undefined): FoundRecording | undefined {
  if (doc === undefined) throw unreadable(undefined);
  if ('error' in doc) {
    if (doc.error.type === 'index_not_found_exception') return undefined;
    throw unreadable(doc.error.type);
  }
  if (!doc.found) return undefined;
  const { _version, _seq_no, _primary_term, _source } = doc;
  if (_version === undefined || _seq_no === undefined || _primary_term === undefined)
    throw unreadable(undefined);
  return { revision: _version, held: _source?.held === true, seqNo: _seq_no, primaryTerm: _primary_term };
}

function unreadable(code: string | undefined): RemoteFailure {
  return new RemoteFailure(
    remoteError('transient', 'Elasticsearch could not read the recording.', {
      scope: 'batch',
      ...(code === undefined ? {} : { remote: { code } }),
    }),
  );
}
