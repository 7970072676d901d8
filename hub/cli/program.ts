import { Command } from 'commander';
import { useZodWords } from '../../connectors/kit/zod-words.ts';
import { VERSION } from '../main/version.ts';
import { explainError } from './explain-error.ts';
import { loadCommands } from './load-commands.ts';

/** The `holdfast` command with all that it can do; `holdfast.ts` starts it. */
const program = new Command('holdfast')
  .description('Records business communications, keeps them lawfully, and keeps every other system in step.')
  .version(VERSION)
  .enablePositionalOptions() // options behind a subcommand are for it, also where its parent has one of the same name
  .showHelpAfterError('(--help lists what there is)');

// Whatever a role or a command reads, files of settings too, is refused in the same words.
useZodWords();

for (const command of await loadCommands(process.argv)) program.addCommand(command);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`\n${explainError(error)}\n`);
  process.exitCode = 1;
}
