import type { CheckResult, Connector } from '../../connectors/kit/connector.ts';
import type { CheckSpec } from '../../connectors/kit/manifest.ts';
import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import { putCheck } from '../../recorder-core/records/connection-checks.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Asking } from '../identity/asking.ts';
import { requireConnection } from './find-connection.ts';
import { noteConnection } from './note-connection.ts';
import { deliverAgain } from './deliver-again.ts';
import { openConnection, type ConnectionDependencies } from './open-connection.ts';

/**
 * Runs the checks of a connection, or one of them, each alone, and keeps what each found. A check leaves nothing behind on the
 * other side, but may try there whether it can write. Must not be called in a transaction.
 * @throws HoldfastError `not_found` for a check or connection that there is not, `key_unavailable`.
 */
export async function checkConnection(
  deps: ConnectionDependencies,
  asking: Asking,
  connectionId: string,
  only?: string,
): Promise<void> {
  const row = await deps.db.forTenant(asking.tenantId, (tx) => requireConnection(tx, connectionId));
  const connector = connectorById(row.connector);
  const wanted = connector.manifest.checks.filter(({ id }) => only === undefined || id === only);
  if (wanted.length === 0)
    throw new HoldfastError('not_found', `The connector "${row.connector}" has no check "${only}".`, {
      field: '/body/check',
    });
  const found = await runEach(deps, asking.tenantId, row, connector, wanted);
  await deps.db.forTenant(asking.tenantId, async (tx) => {
    for (const { spec, result } of found)
      await putCheck(tx, asking.tenantId, row.id, {
        checkId: spec.id,
        version: row.version,
        status: result.status,
        detail: result.detail,
        fix: result.fix ?? null,
        errorClass: result.error?.class ?? null,
        ranAt: asking.now,
      });
    const failed = found.filter(({ result }) => result.status === 'fail').map(({ spec }) => spec.id);
    if (failed.length === 0) await deliverAgain(tx, asking, row.id);
    const facts = { version: row.version, checks: found.length, failed };
    await noteConnection(tx, asking, row.id, 'checked', facts, 'connection.asked');
  });
}

interface Found {
  readonly spec: CheckSpec;
  readonly result: CheckResult;
}

async function runEach(
  deps: ConnectionDependencies,
  tenantId: string,
  row: ConnectionRow,
  connector: Connector,
  wanted: readonly CheckSpec[],
): Promise<Found[]> {
  const work = { tenantId, connectionId: row.id, version: row.version };
  const opened = await openConnection(deps, work).catch((error: unknown) => couldNotOpen(error));
  if ('status' in opened) return wanted.map((spec) => ({ spec, result: opened }));
  try {
    const found: Found[] = [];
    for (const spec of wanted)
      found.push({ spec, result: await connector.check(opened.ctx, spec.id).catch(couldNotOpen) });
    return found;
  } finally {
    opened.close();
  }
}

/** What is set up wrongly is what checks are there to find; everything else is no answer. */
function couldNotOpen(error: unknown): CheckResult {
  if (isHoldfastError(error) && (error.code === 'invalid_input' || error.code === 'config_invalid'))
    return { status: 'fail', detail: error.message };
  throw error;
}
