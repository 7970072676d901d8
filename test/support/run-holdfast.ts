import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { TestDatabase } from './test-database.ts';

const PROGRAM = join(import.meta.dirname, '../../hub/cli/holdfast.ts');

type Variables = Readonly<Record<string, string>>;

/** How a command ended, and what it wrote to each of its streams. */
export interface CommandStreams {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command ended, and what it wrote: standard output, then standard error. */
export interface CommandOutput {
  readonly code: number;
  readonly output: string;
}

/** Runs `holdfast` in a process of its own, as an operator does; of this one's variables it has PATH alone. Never rejects. */
export function holdfastStreams(
  { appUrl, dispatcherUrl, tenantId }: TestDatabase,
  args: readonly string[],
  variables: Variables = {},
): Promise<CommandStreams> {
  const env = {
    PATH: process.env['PATH'],
    HOLDFAST_POSTGRES_URL: appUrl,
    HOLDFAST_POSTGRES_DISPATCHER_URL: dispatcherUrl,
    HOLDFAST_TENANT_ID: tenantId,
    ...variables,
  };
  const words = ['--disable-warning=ExperimentalWarning', PROGRAM, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

/** As `holdfastStreams`, for whoever does not care to which stream something was written. */
export async function runHoldfast(
  database: TestDatabase,
  args: readonly string[],
  variables: Variables = {},
): Promise<CommandOutput> {
  const { code, stdout, stderr } = await holdfastStreams(database, args, variables);
  return { code, output: `${stdout}${stderr}` };
}
