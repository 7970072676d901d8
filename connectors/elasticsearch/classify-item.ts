import { classifyResponse } from '../kit/classify-response.ts';
import { remoteError, type RemoteError, type RemoteErrorClass } from '../kit/remote-error.ts';
import type { BulkItem } from './engine.ts';

/** What an index as a whole may say, by its plain word; none of it is about one record. */
const OF_THE_INDEX: Readonly<Record<string, Pick<RemoteError, 'class' | 'title' | 'fix' | 'afterMs'>>> = {
  index_not_found_exception: {
    class: 'config',
    title: 'The alias of this tenant does not exist and could not be made.',
    fix: 'Grant "manage" on the indices of the prefix, or remove an index of that name without the alias.',
  },
  index_closed_exception: {
    class: 'config',
    title: 'The index of this tenant is closed.',
    fix: 'Open it again, or point the alias to another index and rebuild it.',
  },
};

/** Classifies the failure of one item of a bulk answer; other items are not concerned unless the cause is shared. */
export function classifyItem({ status, error }: BulkItem, nowMs: number): RemoteError {
  const code = error?.type;
  const rule = code === 'cluster_block_exception' ? blocked(status) : OF_THE_INDEX[code ?? ''];
  if (rule !== undefined) {
    const { class: errorClass, title, ...more } = rule;
    const remote = { status, ...(code === undefined ? {} : { code }) };
    return remoteError(errorClass, title, { scope: 'connection', ...more, remote });
  }
  const found = classifyResponse({ status, headers: {} }, { effect: 'write', nowMs, code });
  return { ...found, scope: SCOPES[found.class] ?? 'batch' };
}

/** A right is given or taken for an index and not for a document; how busy a shard is concerns those that were meant for it. */
const SCOPES: Partial<Record<RemoteErrorClass, RemoteError['scope']>> = {
  invalid_record: 'record',
  conflict: 'record',
  auth: 'connection',
  permission: 'connection',
};

/** Blocks of an index or of the whole engine: by a disk that is full, by its administrator, or while it finds itself together. */
function blocked(status: number): (typeof OF_THE_INDEX)[string] | undefined {
  if (status === 429)
    return {
      class: 'quota',
      title: 'The disks of the search engine are full: its indices take deletions only.',
      fix: 'Free or add disk space there; the engine takes the block away itself.',
      afterMs: 60_000,
    };
  if (status !== 403) return undefined;
  return {
    class: 'config',
    title: 'The index of this tenant is blocked for writing.',
    fix: 'Take the block away (index.blocks of its settings), or wait for whoever set it.',
  };
}
