import { Command } from 'commander';
import { acting, type Options } from '../act-for-person.ts';

/** Writes what there is as a file. What it needs is loaded when it runs: exports of recordings need none of the connectors. */
export const exportConfigurationCommand = acting(new Command('configuration'))
  .description(
    'Writes connections, mappings, webhooks and levels of incidents as a configuration file, with references in the place of secrets.',
  )
  .option('--name <name>', 'What the file speaks for.', 'main')
  .option('--schema', 'Writes the JSON Schema of such files, for editors.')
  .action(async (options: Options) => {
    if (options['schema'] === true) {
      const { configurationFileSchema } = await import('../../config-as-code/configuration-file.ts');
      process.stdout.write(`${JSON.stringify(configurationFileSchema(), null, 2)}\n`);
      return;
    }
    const { exportFile } = await import('../../config-as-code/plan-file.ts');
    const { changeConnections } = await import('../act-on-connections.ts');
    await changeConnections(options, async (tx, asking, { keys, reshape }) => {
      process.stdout.write(await exportFile(tx, { asking, keys, reshape }, String(options['name'])));
    });
  });
