import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { openResources, type Resources } from '../../main/open-resources.ts';
import { checkRestored } from '../../main/restore/check-restored.ts';
import { replayRestored } from '../../main/restore/replay-restored.ts';
import { withRestoreWork } from '../../main/restore/watch-restored.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

/** Makes a restored database fit to be opened; works without Temporal and with no other role running. */
export const restore = addSettings(
  new Command('restore')
    .description(
      'After the database was restored from a backup: destroys in it again what was destroyed since, brings its keys up to date, proves both, and ends the quarantine.',
    )
    .argument('[check]', 'Only compares, and puts into quarantine what is older than its tombstones.')
    .option('--all', 'Compares with every month of the journal, not only the newest ones.'),
).action(async (what: string | undefined, options: Record<string, unknown>) => {
  if (what !== undefined && what !== 'check')
    throw new HoldfastError('invalid_input', 'Say `holdfast restore check` or `holdfast restore`.');
  const config = await readLocalConfig(options);
  const resources = await openResources('restore', { ...config, logLevel: 'error' });
  const all = options['all'] === true;
  try {
    await (what === 'check' ? check(resources, all) : replay(resources, all));
  } finally {
    await resources.close();
  }
});

async function check(resources: Resources, all: boolean): Promise<void> {
  const restored = await withRestoreWork(resources, (work) => checkRestored(work, { all }));
  for (const { tenantId, missing } of restored) {
    process.stdout.write(
      `✗ ${tenantId}: ${missing.tombstones.length} tombstones and ${missing.periods.length} periods are not known; in quarantine\n`,
    );
  }
  if (restored.length === 0) process.stdout.write('✓ the database knows everything that was destroyed\n');
  else process.exitCode = 1;
}

async function replay(resources: Resources, all: boolean): Promise<void> {
  const { keys } = resources;
  const replayed = await withRestoreWork(resources, (work) => replayRestored({ ...work, keys }, { all }));
  for (const { tenantId, tombstones, periods, lost } of replayed) {
    process.stdout.write(
      `✓ ${tenantId}: ${tombstones} tombstones and ${periods} periods replayed; no destroyed key lives; open\n`,
    );
    if (lost > 0) {
      process.stdout.write(`✗ ${tenantId}: ${lost} data keys are under root keys that nobody has any more\n`);
      process.exitCode = 1;
    }
  }
  if (replayed.length === 0) process.stdout.write('✓ nothing was in quarantine\n');
}
