import { Command } from 'commander';
import type { Config } from '../../config/settings.ts';
import { runRole } from '../../main/run-role.ts';
import type { RunningRole } from '../../main/running-role.ts';
import { readCommandConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

function role(
  name: string,
  about: string,
  load: () => Promise<(config: Config, environment: NodeJS.ProcessEnv) => Promise<RunningRole>>,
): Command {
  return addSettings(new Command(name).description(about), 'listed').action(
    async (options: Record<string, unknown>) => {
      const config = readCommandConfig(options);
      const startRole = await load();
      await runRole(() => startRole(config, process.env));
    },
  );
}

/** One process role each, as production runs them; what a role does not need is not even loaded. */
export const roles: readonly Command[] = [
  role(
    'recorder',
    'Runs the recorder: SIP, media, spool.',
    async () => (await import('../../main/recorder-role.ts')).startRecorderRole,
  ),
  role(
    'hub',
    'Runs the hub: API and console.',
    async () => (await import('../../main/hub-role.ts')).startHubRole,
  ),
  role(
    'worker',
    'Runs the Temporal workers and the outbox dispatcher.',
    async () => (await import('../../main/worker-role.ts')).startWorkerRole,
  ),
  role(
    'codec',
    'Runs the codec server, which shows what workflows carry to people who may see it.',
    async () => (await import('../../main/codec-role.ts')).startCodecRole,
  ),
];
