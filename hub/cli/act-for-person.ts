import type { Command } from 'commander';
import type { Act } from '../../recorder-core/policy/access.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { namePerson } from '../../recorder-core/records/name-person.ts';
import type { Config } from '../config/settings.ts';
import { requireAccess } from '../access/require-access.ts';
import { actingPerson } from '../identity/acting-person.ts';
import type { Asking } from '../identity/asking.ts';
import { ON_THE_MACHINE } from '../identity/circumstances.ts';
import { addSettings } from './settings-options.ts';
import { withDatabase } from './with-database.ts';

/** Options of a command, as commander hands them on. */
export type Options = Readonly<Record<string, unknown>>;

/** A command that somebody acts with: whom for, and the settings by which it finds the installation. */
export function acting(command: Command): Command {
  return addSettings(command.option('--user <name>', 'On whose behalf; the local administrator without it.'));
}

/** On whose behalf a command acts, asked what the API would ask. @throws HoldfastError `not_found`, `forbidden`. */
export async function askingFor(
  db: Database,
  tx: Tx,
  tenantId: string,
  options: Options,
  asked?: Act,
): Promise<Asking> {
  const now = new Date();
  const named = typeof options['user'] === 'string' ? options['user'] : undefined;
  const person = await actingPerson(tx, tenantId, named, now);
  const asking = {
    db,
    tenantId,
    person,
    now,
    newId: (at: Date) => newId(at.getTime()),
    circumstances: ON_THE_MACHINE,
  };
  if (asked !== undefined) await requireAccess(tx, asking, asked);
  await namePerson(tx, person.id);
  return asking;
}

/** Acts for a person under the same rules as the API, in one transaction. */
export async function actForPerson(
  options: Options,
  asked: Act | undefined,
  work: (tx: Tx, asking: Asking, config: Config) => Promise<void>,
): Promise<void> {
  await withDatabase(options, (db, config) =>
    db.forTenant(config.tenantId, async (tx) => {
      await work(tx, await askingFor(db, tx, config.tenantId, options, asked), config);
    }),
  );
}
