import { join } from 'node:path';
import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { lockInstance } from '../../main/instance-lock.ts';
import { runRole } from '../../main/run-role.ts';
import { openLogger } from '../../observability/logger.ts';
import { startWitness } from '../../witness/start-witness.ts';
import { WitnessState } from '../../witness/witness-state.ts';

interface Options {
  readonly state: string;
  readonly listen: string;
  readonly trustLogs?: string;
  readonly init?: true;
  readonly name?: string;
}

/** Runs a witness: a process of its own that needs nothing of the installation whose logs it watches. */
export const witness = new Command('witness')
  .description(
    'Cosigns checkpoints of logs, each only as an extension of what it cosigned before; docs/witness.md.',
  )
  .requiredOption(
    '--state <folder>',
    "Folder of the witness's key and of what it cosigned; never restore an older copy of it.",
  )
  .option('--listen <host:port>', 'Where it answers; put TLS in front of it.', '127.0.0.1:7095')
  .option(
    '--trust-logs <file>',
    'Trust file that names the logs it serves and their keys (`holdfast trust`).',
  )
  .option('--init', 'Makes the folder of a new witness, shows its key, and ends.')
  .option('--name <name>', 'Name of the new witness, such as witness.example/holdfast.')
  .action(async ({ state, listen, trustLogs, init, name }: Options) => {
    if (init === true) {
      if (name === undefined) throw needed('--name');
      await WitnessState.create(state, name);
      process.stdout.write(`${(await WitnessState.open(state)).verifierKey}\n`);
      return;
    }
    if (trustLogs === undefined) throw needed('--trust-logs');
    const [, host, port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(listen) ?? [];
    if (host === undefined || Number(port) > 65_535) throw needed('--listen as host:port');
    await WitnessState.open(state); // says what is wrong with the folder, before anything is written into it
    const lock = await lockInstance(join(state, 'lock'));
    const log = openLogger('witness', 'witness', 'info', process.stderr);
    await runRole(async () => {
      const running = await startWitness({ state, trustLogs, host, port: Number(port), log });
      process.stdout.write(`${running.verifierKey} ${running.url}\n`);
      return {
        async stop() {
          await running.stop();
          await lock.release();
        },
      };
    });
  });

function needed(option: string): HoldfastError {
  return new HoldfastError('invalid_input', `Give ${option}. docs/witness.md shows how a witness is set up.`);
}
