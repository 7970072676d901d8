import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { connectionStateAfter, type ConnectionEvent } from '../../recorder-core/policy/connection-state.ts';
import { listChecks } from '../../recorder-core/records/connection-checks.ts';
import { setConnectionState, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { Asking } from '../identity/asking.ts';
import { checksStanding, openChecks } from './checks-standing.ts';
import { deliverAgain } from './deliver-again.ts';
import { lockForChange, requireConnection } from './find-connection.ts';
import { noteConnection } from './note-connection.ts';

const LIVE = 'live';
/** What leads on from a state that the wish does not fit. */
const REMEDIES: Partial<Record<ConnectionRow['state'], string>> = {
  draft: ' Run its checks and take it live.',
  paused: ' Resume it.',
};

/**
 * Makes a draft live. Repeating it changes nothing.
 * @throws HoldfastError `conflict` while a required check has not passed within the last hour, over the current version and
 * credential; it names those checks.
 */
export async function goLive(tx: Tx, asking: Asking, connectionId: string): Promise<ConnectionRow> {
  const row = await lockForChange(tx, connectionId);
  if (row.state === LIVE) return row;
  const { manifest } = connectorById(row.connector);
  if (row.credential === null && !manifest.auth.some(({ type }) => type === 'none'))
    throw new HoldfastError(
      'conflict',
      'This connection has no credential yet. Give it one, and run its checks.',
    );
  const open = openChecks(checksStanding(manifest, row, await listChecks(tx, row.id), asking.now));
  if (open.length > 0)
    throw new HoldfastError(
      'conflict',
      `These checks have to pass first, not longer than an hour ago: ${open.join(', ')}. Run the checks.`,
    );
  return move(tx, asking, row, 'go-live', 'went-live');
}

/** Pauses a live connection: it is sent nothing and takes no events until it is resumed. Repeating it changes nothing. */
export async function pauseConnection(tx: Tx, asking: Asking, connectionId: string): Promise<ConnectionRow> {
  const row = await lockForChange(tx, connectionId);
  return row.state === 'paused' ? row : move(tx, asking, row, 'pause', 'paused');
}

/** Resumes a paused connection. Repeating it changes nothing. @throws HoldfastError `conflict` for a draft. */
export async function resumeConnection(tx: Tx, asking: Asking, connectionId: string): Promise<ConnectionRow> {
  const row = await lockForChange(tx, connectionId);
  return row.state === LIVE ? row : move(tx, asking, row, 'resume', 'resumed');
}

async function move(
  tx: Tx,
  asking: Asking,
  row: ConnectionRow,
  event: ConnectionEvent,
  outcome: string,
): Promise<ConnectionRow> {
  const next = connectionStateAfter(row.state, event);
  if (next === undefined)
    throw new HoldfastError(
      'conflict',
      `This connection is ${row.state === 'draft' ? 'a draft' : row.state}, so nothing was changed.${REMEDIES[row.state] ?? ''}`,
    );
  await setConnectionState(tx, row.id, next, asking.now);
  if (next === LIVE) await deliverAgain(tx, asking, row.id);
  await noteConnection(tx, asking, row.id, outcome, { version: row.version });
  return requireConnection(tx, row.id);
}
