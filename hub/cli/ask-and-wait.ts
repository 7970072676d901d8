import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Asking } from '../../recorder-core/records/ask-recorder.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import {
  COMMAND_LIFE_MS,
  COMMAND_LIMIT_MS,
  readCommand,
  type RecorderCommand,
} from '../../recorder-core/records/recorder-commands.ts';
import { localAdministrator } from '../identity/local-administrator.ts';
import { until } from '../processes/process-control.ts';

/** A recorder that is heard has settled everything by then, as failed if need be. */
const LIMIT_MS = COMMAND_LIFE_MS + COMMAND_LIMIT_MS;

/**
 * Asks a recorder on behalf of the local administrator and waits for what becomes of it.
 * @throws HoldfastError where it failed, with the recorder's own sentence; `timeout` where nobody answers.
 */
export async function askAndWait(
  db: Database,
  tenantId: string,
  reason: string,
  ask: (tx: Tx, asking: Asking) => Promise<RecorderCommand>,
): Promise<RecorderCommand> {
  const at = new Date();
  const asked = await db.forTenant(tenantId, async (tx) => {
    const person = await localAdministrator(tx, tenantId, at);
    return ask(tx, { id: newId(at.getTime()), tenantId, person, reason, at });
  });
  let settled = asked;
  await until(
    async () => {
      settled = (await db.forTenant(tenantId, (tx) => readCommand(tx, asked.id))) ?? asked;
      return settled.outcome !== null;
    },
    LIMIT_MS,
    'the recorder to answer',
    200,
  );
  if (settled.outcome === 'done') return settled;
  throw new HoldfastError('unavailable', settled.answer ?? 'The recorder could not do it.');
}
