import { Command } from 'commander';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { describeError } from '../observability/logger.ts';
import { VERSION } from '../main/version.ts';
import { call } from './commands/call.ts';
import { calls } from './commands/calls.ts';
import { doctor } from './commands/doctor.ts';
import { drain } from './commands/drain.ts';
import { migrateCommand } from './commands/migrate.ts';
import { prepare } from './commands/prepare.ts';
import { roles } from './commands/roles.ts';
import { signIn } from './commands/sign-in.ts';
import { size } from './commands/size.ts';
import { start } from './commands/start.ts';
import { temporalApply } from './commands/temporal-apply.ts';
import { verify } from './commands/verify.ts';

const program = new Command('holdfast')
  .description('Records business communications, keeps them lawfully, and keeps every other system in step.')
  .version(VERSION)
  .showHelpAfterError('(--help lists what there is)');

for (const command of [
  start,
  ...roles,
  call,
  calls,
  drain,
  size,
  signIn,
  verify,
  doctor,
  migrateCommand,
  prepare,
  temporalApply,
])
  program.addCommand(command);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = 1;
}

/** Our own errors are sentences for people; anything else is a fault of ours and shows where it happened. */
function explain(error: unknown): string {
  if (!isHoldfastError(error))
    return `This should not have happened: ${JSON.stringify(describeError(error), null, 2)}`;
  return error.detail === undefined
    ? error.message
    : `${error.message}\n  ${error.detail.trim().split('\n').slice(-5).join('\n  ')}`;
}
