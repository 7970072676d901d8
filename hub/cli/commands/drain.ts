import { Command } from 'commander';
import { askNode } from '../../../recorder-core/records/ask-recorder.ts';
import { openDatabase, type Database } from '../../../recorder-core/records/database.ts';
import { isHeard, readNode } from '../../../recorder-core/records/recorder-nodes.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { until } from '../../processes/process-control.ts';
import { askAndWait } from '../ask-and-wait.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

const DAY_MS = 86_400_000;

/** Takes a recorder out of service without losing a call, or back into it. */
export const drain = addSettings(
  new Command('drain')
    .description('Makes a recorder refuse new calls; those in progress go on to their end.')
    .argument('[name]', 'Name of the recorder; the node of this configuration where none is given.')
    .requiredOption('--reason <sentence>', 'Why; it goes into the ledger.')
    .option('--wait', 'Return when the last call has ended.')
    .option('--undo', 'Take new calls again.'),
).action(async (name: string | undefined, options: Record<string, unknown>) => {
  const config = await readLocalConfig(options);
  const node = name ?? config.node;
  const verb = options['undo'] === true ? 'undrain' : 'drain';
  const db = openDatabase(config.postgresUrl, { max: 2 });
  try {
    await askAndWait(db, config.tenantId, String(options['reason']), (tx, asking) =>
      askNode(tx, node, verb, asking),
    );
    process.stdout.write(`✓ ${node} ${verb === 'drain' ? 'refuses new calls' : 'takes new calls'}\n`);
    if (verb === 'drain' && options['wait'] === true) await untilEmpty(db, config.tenantId, node);
  } finally {
    await db.close();
  }
});

/** A recorder that goes silent meanwhile ends the waiting: nobody knows what becomes of its calls. */
async function untilEmpty(db: Database, tenantId: string, node: string): Promise<void> {
  let left: number | undefined;
  await until(
    async () => {
      const seen = await db.forTenant(tenantId, (tx) => readNode(tx, node));
      if (seen === undefined || !isHeard(seen))
        throw new HoldfastError(
          'unavailable',
          `${node} is no longer heard of; see what became of it before you go on.`,
        );
      if (seen.calls !== left) process.stdout.write(`  ${seen.calls} calls in progress\n`);
      left = seen.calls;
      // A state from before the drain may still stand there.
      return seen.state === 'draining' && left === 0;
    },
    DAY_MS,
    `the last call of ${node} to end`,
    1_000,
  );
  process.stdout.write(`✓ ${node} is empty and can be stopped\n`);
}
