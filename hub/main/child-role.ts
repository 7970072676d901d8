import { spawn, type ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/settings.ts';
import { SECRET_PREFIX } from '../config/read-recorder-file.ts';
import { toEnvironment } from '../config/read-config.ts';
import { stopProcess } from '../processes/process-control.ts';

/** The command line program, which also runs a single role. */
const PROGRAM = join(import.meta.dirname, '../cli/holdfast.ts');
/** A role that asks for longer than this to stop is ended; a recorder has the grace of its calls besides. */
const STOP_MS = 25_000;
/** After a fault the role starts again: soon at first, slower while it keeps failing. */
const RESTART_MS = [200, 500, 1_000, 2_000, 5_000] as const;
/** A role that lived this long starts with the short pause again. */
const STABLE_MS = 30_000;

/** A role that `holdfast start` keeps running. */
export type SupervisedRole = 'recorder' | 'hub' | 'worker' | 'codec';

export interface ChildRoleOptions {
  readonly role: SupervisedRole;
  readonly config: Config;
  /** Folder of the log files; each role appends to its own. */
  readonly logs: string;
  readonly onRestart: (role: string, pauseMs: number) => void;
}

/** Keeps one role running in a process of its own until it is told to stop. */
export class ChildRole {
  readonly #options: ChildRoleOptions;
  #child: ChildProcess | undefined;
  #stopping = false;
  #failures = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: ChildRoleOptions) {
    this.#options = options;
  }

  /** The process that runs the role now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const { role, config, logs } = this.#options;
    const log = await open(join(logs, `${role}.log`), 'a', 0o600);
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, role], {
      env: { PATH: process.env['PATH'] ?? '', ...passedOn(process.env), ...toEnvironment(config) },
      // The channel tells the child when this process is gone, however it ended; its own
      // process group keeps a Ctrl-C at the terminal away from it.
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      detached: true,
    });
    await log.close();
    this.#child = child;
    const started = Date.now();
    child.once('exit', () => {
      if (this.#stopping) return;
      this.#failures = Date.now() - started > STABLE_MS ? 0 : this.#failures + 1;
      const pauseMs = RESTART_MS[Math.min(this.#failures, RESTART_MS.length - 1)] ?? 5_000;
      this.#options.onRestart(role, pauseMs);
      this.#restart = setTimeout(() => void this.start(), pauseMs);
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const { role, config } = this.#options;
    const graceMs = STOP_MS + (role === 'recorder' ? config.drainGrace * 1000 : 0);
    if (this.#child !== undefined) await stopProcess(this.#child, 'SIGTERM', graceMs);
  }
}

/** Where the clients of key services look for credentials and HSM libraries for their configuration; docs/keys.md. */
const KEY_VARIABLES =
  /^(AWS_|AZURE_|IDENTITY_|MSI_|SOFTHSM2_|PKCS11_|P11_|CKNFAST_|NFAST_|YUBIHSM_|CLOUDHSM_|Chrystoki|NODE_EXTRA_CA_CERTS$|HOME$)/;

/** What the recorder's file may refer to, and what the clients of key services and object stores need; everything else of the environment stays here. */
function passedOn(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && (name.startsWith(SECRET_PREFIX) || KEY_VARIABLES.test(name))
        ? [[name, value]]
        : [],
    ),
  );
}
