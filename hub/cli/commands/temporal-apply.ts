import { Command } from 'commander';
import { readInstallationSecrets } from '../../main/open-keys.ts';
import { openPayloadKeys } from '../../main/payload-keys.ts';
import { readTemporalAccess } from '../../main/read-temporal-access.ts';
import { DESIRED_STATE_PATH } from '../../main/desired-state-path.ts';
import { applyDesiredState, describeChanges } from '../../temporal/apply.ts';
import { readDesiredState } from '../../temporal/desired-state.ts';
import { openTemporalClient } from '../../worker/client.ts';
import { openDataConverter } from '../../worker/data-converter.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

/** Brings a Temporal server to temporal.yaml; with --dry-run tells the drift and exits 2 where there is any. */
export const temporalApply = addSettings(
  new Command('temporal-apply')
    .description('Brings the Temporal server to what temporal.yaml declares.')
    .option('--dry-run', 'Only tell what would change.'),
).action(async (options: Record<string, unknown>) => {
  const config = await readLocalConfig(options);
  const keys = openPayloadKeys(await readInstallationSecrets(config));
  const access = await readTemporalAccess(config);
  const { connection, close } = openTemporalClient({ ...access, keys });
  const dryRun = options['dryRun'] === true;
  try {
    const desired = await readDesiredState(DESIRED_STATE_PATH);
    const changes = await applyDesiredState({
      connection,
      desired,
      dataConverter: openDataConverter(keys),
      namespace: access.namespace,
      dryRun,
    });
    process.stdout.write(`${describeChanges(changes)}\n`);
    if (dryRun && changes.length > 0) process.exitCode = 2;
  } finally {
    await close();
  }
});
