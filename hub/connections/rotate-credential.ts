import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import { putCheck } from '../../recorder-core/records/connection-checks.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Asking } from '../identity/asking.ts';
import { checkedCredential } from './checked-credential.ts';
import { lockForChange, requireConnection } from './find-connection.ts';
import { runChecks, type CheckReport } from './host/run-checks.ts';
import { openConnection, type ConnectionDependencies } from './open-connection.ts';
import { putCredential } from './put-credential.ts';

/**
 * Changes the credential of a connection without a pause: the new one is tried by the connector's checks while the old one
 * is still in use, and takes its place only when no required check fails. The checks leave nothing behind on the other side,
 * but may try there whether they can write. Must not be called in a transaction. Work that is under way ends with the
 * credential it began with.
 * @throws HoldfastError `invalid_input` that points at the field or names the failed check, nothing is changed then;
 * `conflict` where the connection was changed meanwhile; `not_found`.
 */
export async function rotateCredential(
  deps: ConnectionDependencies,
  asking: Asking,
  connectionId: string,
  input: unknown,
): Promise<ConnectionRow> {
  const { db, keys } = deps;
  const { tenantId, now } = asking;
  const before = await db.forTenant(tenantId, (tx) => requireConnection(tx, connectionId));
  const given = checkedCredential(connectorById(before.connector).manifest, input);
  const checks = await tryOut(deps, tenantId, before, given);
  const failed = checks.find(({ severity, status }) => severity === 'required' && status === 'fail');
  if (failed !== undefined) throw refused(failed);
  return db.forTenant(tenantId, async (tx) => {
    const current = await lockForChange(tx, connectionId);
    if (
      current.version !== before.version ||
      current.credentialAt?.getTime() !== before.credentialAt?.getTime()
    )
      throw new HoldfastError(
        'conflict',
        'The connection was changed while its new credential was tried. Try again.',
      );
    const after = await putCredential(tx, asking, keys, connectionId, given);
    for (const { id, status, detail, fix, error } of checks)
      await putCheck(tx, tenantId, connectionId, {
        checkId: id,
        version: before.version,
        status,
        detail,
        fix: fix ?? null,
        errorClass: error?.class ?? null,
        ranAt: now,
      });
    return after;
  });
}

async function tryOut(
  deps: ConnectionDependencies,
  tenantId: string,
  { id, version }: ConnectionRow,
  credential: unknown,
): Promise<readonly CheckReport[]> {
  const opened = await openConnection(deps, {
    tenantId,
    connectionId: id,
    version,
    credential,
  });
  try {
    return (await runChecks(opened.connector, opened.ctx)).checks;
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'config_invalid')
      throw new HoldfastError('invalid_input', `${error.message} Nothing was changed.`, {
        field: '/body/credential',
        cause: error,
      });
    throw error;
  } finally {
    opened.close();
  }
}

function refused({ title, detail, fix }: CheckReport): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `With the new credential the check "${title}" fails: ${detail} The old credential stays in use.${fix === undefined ? '' : ` ${fix}`}`,
    { field: '/body/credential' },
  );
}
