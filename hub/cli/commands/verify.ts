import { Command } from 'commander';
import { verifyCommand } from '../../../recorder-core/verifier/verify-command.ts';

/**
 * Verifies an evidence bundle. Everything behind the word is the verifier's: it has no settings and opens no database,
 * so that it says the same here as where nothing else of Holdfast is installed.
 */
export const verify = new Command('verify')
  .description('Verifies an evidence bundle, without configuration, database or network; --help tells how.')
  .argument('[arguments...]', 'The bundle and options of the verifier.')
  .helpOption(false)
  .allowUnknownOption()
  .action(async (args: string[]) => {
    process.exitCode = await verifyCommand(args, {
      out: (text) => process.stdout.write(text),
      error: (text) => process.stderr.write(text),
    });
  });
