import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { listPeriods } from '../../../recorder-core/records/key-periods.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import { openSecretTable } from '../../../recorder-core/records/installation-secret.ts';
import { readNode, reportRoots } from '../../../recorder-core/records/recorder-nodes.ts';
import { closeKeyPeriod, withKeyWork } from '../../main/close-key-period.ts';
import { openResources, type Resources } from '../../main/open-resources.ts';
import { rotateRoot } from '../../main/rotate-root.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

type Options = Readonly<Record<string, unknown>>;

/** The life of keys: see docs/keys.md. */
export const keys = new Command('keys').description(
  'Shows and rotates root keys, closes periods of keys, and shows those that were.',
);

keys.addCommand(
  addSettings(
    new Command('status').description(
      'Tells which root key is current, and whether it works; exits 1 when not.',
    ),
  ).action((options: Options) =>
    withResources(options, async (resources) => {
      const { ok, message } = await resources.keys.health();
      process.stdout.write(`${ok ? '✓' : '✗'} ${message}\n`);
      if (!ok) {
        process.exitCode = 1;
        return;
      }
      const { db, config, keys } = resources;
      process.stdout.write(`  provider       ${keys.id}\n`);
      process.stdout.write(`  current root   ${await keys.currentKeyId()}\n`);
      const master = await openSecretTable(db, config.tenantId).read();
      process.stdout.write(`  master secret  under ${master === undefined ? 'nothing yet' : master.keyId}\n`);
    }),
  ),
);

keys.addCommand(
  addSettings(
    new Command('rotate').description(
      'Makes a new root key the current one, without a pause; older ones go on opening what they wrapped.',
    ),
  ).action((options: Options) =>
    withResources(options, async (resources) => {
      process.stdout.write(`✓ the current root key is ${await rotateRoot(resources, new Date())}\n`);
    }),
  ),
);

keys.addCommand(
  addSettings(
    new Command('close-period').description(
      'Rotates the root key, wraps what survives anew and destroys the old root key, so that older backups open nothing of what was disposed of. Call it again where it has to wait.',
    ),
  ).action((options: Options) =>
    withResources(options, async (resources) => {
      const closing = await withKeyWork(resources, closeKeyPeriod);
      const { rewrapped, replaced, completed, waitingFor, beyondRecoveryAt } = closing;
      process.stdout.write(`  ${rewrapped} keys wrapped anew, ${replaced} replaced\n`);
      if (waitingFor.length > 0) {
        for (const reason of waitingFor) process.stdout.write(`✗ waiting: ${reason}\n`);
        process.stdout.write(
          '  The old root keys stand until then; nothing is lost. Run it again in a few minutes.\n',
        );
        process.exitCode = 1;
        return;
      }
      if (beyondRecoveryAt === null) return;
      process.stdout.write(`✓ old root keys destroyed; beyond recovery at ${beyondRecoveryAt}\n`);
      process.stdout.write(`✓ ${completed} disposals completed\n`);
    }),
  ),
);

keys.addCommand(
  addSettings(new Command('periods').description('Lists the periods of keys, newest first.')).action(
    (options: Options) =>
      withResources(options, async ({ db, config }) => {
        const periods = await db.forTenant(config.tenantId, listPeriods);
        if (periods.length === 0) process.stdout.write('No period of keys has been closed yet.\n');
        for (const period of periods) {
          const { id, oldRoots, newRoot, closedAt, beyondRecoveryAt } = period;
          const end =
            closedAt === null ? 'open' : `closed ${closedAt}, beyond recovery ${beyondRecoveryAt ?? ''}`;
          process.stdout.write(`${id}  ${oldRoots.join(', ')} -> ${newRoot ?? '?'}  ${end}\n`);
        }
      }),
  ),
);

keys.addCommand(
  addSettings(
    new Command('give-up')
      .description(
        'Says that a recorder with an unsealed spool will never come back, so that its root keys are no longer waited for. What is in that spool is lost for ever.',
      )
      .argument('<recorder>', 'Name of the recorder.')
      .requiredOption('--reason <sentence>', 'Why; it goes into the ledger.'),
  ).action((node: string, options: Options) =>
    withResources(options, async (resources) => {
      await giveUp(resources, node, String(options['reason']));
      process.stdout.write(`✓ ${node} is no longer waited for\n`);
    }),
  ),
);

async function giveUp({ db, config }: Resources, node: string, reason: string): Promise<void> {
  await db.forTenant(config.tenantId, async (tx) => {
    const seen = await readNode(tx, node);
    if (seen === undefined)
      throw new HoldfastError('not_found', `No recorder ${node} was ever seen. See \`holdfast calls\`.`);
    await reportRoots(tx, node, []);
    await appendLeaf(
      tx,
      config.tenantId,
      {
        at: new Date(),
        act: 'configuration.changed',
        object: { type: 'recorder', id: node },
        outcome: 'done',
        facts: { change: 'spool-given-up' },
      },
      { reason },
    );
  });
}

async function withResources(options: Options, work: (resources: Resources) => Promise<void>): Promise<void> {
  const config = await readLocalConfig(options);
  const resources = await openResources('keys', { ...config, logLevel: 'error' });
  try {
    await work(resources);
  } finally {
    await resources.close();
  }
}
