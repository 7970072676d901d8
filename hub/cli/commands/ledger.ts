import { Command } from 'commander';
import {
  readPublishedCheckpoint,
  readSignedSize,
  wishForAnchor,
} from '../../../recorder-core/records/anchors.ts';
import type { Database, Tx } from '../../../recorder-core/records/database.ts';
import { listLedgerAlarms } from '../../../recorder-core/records/ledger-alarms.ts';
import { nextSigningKey, readSigningKeys } from '../../../recorder-core/records/signing-keys.ts';
import { clearAlarms, rotateSigningKey, type LedgerAsking } from '../../anchoring/ledger-acts.ts';
import { askingFor as askingForPerson } from '../act-for-person.ts';
import { addSettings } from '../settings-options.ts';
import { withDatabase } from '../with-database.ts';
import { withLedgerKeys } from '../with-ledger-keys.ts';

type Options = Readonly<Record<string, unknown>>;

/** The ledger as a whole; docs/witness.md says when each is needed. */
export const ledger = new Command('ledger').description(
  'Shows how the ledger stands, and acts on its keys and alarms.',
);

ledger.addCommand(
  addSettings(
    new Command('status').description(
      'Shows the newest checkpoint, the keys and the alarms; exits 1 while an alarm stands.',
    ),
  ).action((options: Options) =>
    withLedgerKeys(options, ({ db, config: { tenantId }, keys }) =>
      db.forTenant(tenantId, async (tx) => {
        const published = await readPublishedCheckpoint(tx);
        process.stdout.write(
          `signed up to ${await readSignedSize(tx)} leaves, published up to ${published?.size ?? 0}\n`,
        );
        if (published !== undefined)
          process.stdout.write(
            `  ${published.cosignatures.length} cosignatures, ${published.timeStamps.length} time stamps\n`,
          );
        for (const { name, verifierKey, from, until } of await readSigningKeys(tx, tenantId, keys))
          process.stdout.write(
            `${name} ${from.toISOString()} to ${until?.toISOString() ?? 'now'}: ${verifierKey}\n`,
          );
        for (const { kind, source, size, detail, raisedAt, clearedAt } of await listLedgerAlarms(tx, 20)) {
          if (clearedAt === null) process.exitCode = 1;
          const state = clearedAt === null ? '✗' : 'cleared:';
          process.stdout.write(
            `${state} ${kind} by ${source} at ${size} leaves, ${raisedAt.toISOString()}: ${detail}\n`,
          );
        }
      }),
    ),
  ),
);

ledger.addCommand(
  addSettings(
    new Command('next-key').description(
      'Shows the key that a rotation will make current, for the witnesses.',
    ),
  ).action((options: Options) =>
    withLedgerKeys(options, async ({ db, config: { tenantId }, keys }) => {
      const { verifierKey } = await db.forTenant(tenantId, (tx) => nextSigningKey(tx, tenantId, keys));
      process.stdout.write(`${verifierKey}\n`);
    }),
  ),
);

ledger.addCommand(
  acting(
    new Command('rotate-key').description(
      'Makes the next signing key current; tell the witnesses of it first.',
    ),
  ).action((options: Options) =>
    withLedgerKeys(options, ({ db, config: { tenantId }, keys }) =>
      db.forTenant(tenantId, async (tx) => {
        const asking = await askingFor(db, tx, tenantId, options);
        const { before, after } = await rotateSigningKey(tx, keys, asking);
        process.stdout.write(
          `✓ ${after.name} takes over from ${before.name} at ${after.from.toISOString()}\n  ${after.verifierKey}\n`,
        );
      }),
    ),
  ),
);

ledger.addCommand(
  acting(
    new Command('clear-alarms').description(
      'Clears the alarms that stand, so that the ledger is signed again.',
    ),
  ).action((options: Options) =>
    withDatabase(options, (db, { tenantId }) =>
      db.forTenant(tenantId, async (tx) => {
        const cleared = await clearAlarms(tx, await askingFor(db, tx, tenantId, options));
        for (const { kind, source } of cleared) process.stdout.write(`✓ cleared ${kind} by ${source}\n`);
        if (cleared.length === 0) process.stdout.write('No alarm stands.\n');
      }),
    ),
  ),
);

ledger.addCommand(
  addSettings(
    new Command('anchor').description(
      'Has the ledger cosigned and time-stamped by the workers as soon as possible.',
    ),
  ).action((options: Options) =>
    withDatabase(options, async (db, { tenantId }) => {
      await db.forTenant(tenantId, (tx) => wishForAnchor(tx, tenantId, new Date()));
      process.stdout.write('✓ asked; `holdfast ledger status` shows the result\n');
    }),
  ),
);

function acting(command: Command): Command {
  return addSettings(
    command
      .requiredOption('--reason <sentence>', 'Why; it goes into the ledger.')
      .option('--user <name>', 'On whose behalf; the local administrator without it.'),
  );
}

async function askingFor(db: Database, tx: Tx, tenantId: string, options: Options): Promise<LedgerAsking> {
  const { person, now } = await askingForPerson(db, tx, tenantId, options, 'ledger.manage');
  return { tenantId, person, reason: String(options['reason']), now };
}
