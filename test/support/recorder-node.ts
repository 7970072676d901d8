import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toEnvironment } from '../../hub/config/read-config.ts';
import type { Config } from '../../hub/config/settings.ts';
import { stopProcess, until } from '../../hub/processes/process-control.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';

const ROOT = join(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules/node/bin/node');
const PROGRAM = join(ROOT, 'hub/cli/holdfast.ts');
const STARTED = 'recorder takes calls';
const START_LIMIT_MS = 60_000;
/** Ports of a node lie together, below those that the system gives out by itself: nobody takes them while it is down. */
const PORTS = { first: 9_000, each: 500, windows: 10 } as const;
let windows = Math.floor(Math.random() * PORTS.windows);

export interface RecorderNodeOptions {
  readonly tenantId: string;
  readonly postgresUrl: string;
  readonly postgresDispatcherUrl: string;
  /** Any other setting of the product. */
  readonly settings?: Partial<Config>;
  /** Instead of the program itself: `sh -c` and the like, with the program's own words after it. */
  readonly wrapper?: readonly string[];
}

/** `holdfast recorder` as production runs it, on a spool, a key ring and ports of its own. It can be started again and again. */
export class RecorderNode {
  readonly sipPort: number;
  readonly folder: string;
  readonly keys: LocalKeyRing;
  readonly #metricsPort: number;
  readonly #environment: Record<string, string>;
  readonly #wrapper: readonly string[];
  readonly #claim: Server;
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(
    place: { folder: string; keys: LocalKeyRing; firstPort: number; claim: Server },
    options: RecorderNodeOptions,
  ) {
    const { folder, keys, firstPort, claim } = place;
    const { tenantId, postgresUrl, postgresDispatcherUrl, settings = {}, wrapper = [] } = options;
    this.folder = folder;
    this.keys = keys;
    this.#claim = claim;
    this.sipPort = firstPort;
    this.#metricsPort = firstPort + 1;
    this.#wrapper = wrapper;
    this.#environment = toEnvironment({
      data: folder,
      sipPort: this.sipPort,
      recorderMetricsPort: this.#metricsPort,
      rtpPortMin: firstPort + 2,
      rtpPortMax: firstPort + PORTS.each - 2,
      announcement: 'by-recording-client',
      tenantId,
      postgresUrl,
      postgresDispatcherUrl,
      ...settings,
    });
  }

  /** Prepares one; nothing runs before `start`. */
  static async prepare(options: RecorderNodeOptions): Promise<RecorderNode> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-node-'));
    const keys = await openLocalKeyRing(join(folder, 'key-ring.json'), { create: true });
    return new RecorderNode({ folder, keys, ...(await claimWindow()) }, options);
  }

  get spool(): string {
    return join(this.folder, 'spool');
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** True while the process runs. */
  get alive(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** What it has written to its log since it was last started. */
  get output(): string {
    return this.#output;
  }

  /** Starts the process; it may be killed before it takes calls. */
  launch(): void {
    const words = [...this.#wrapper, NODE, '--disable-warning=ExperimentalWarning', PROGRAM, 'recorder'];
    this.#output = '';
    const child = spawn(words[0] ?? NODE, words.slice(1), {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        this.#output += bytes.toString();
      });
    this.#child = child;
  }

  /** Starts the process and waits until it takes calls. */
  async start(): Promise<void> {
    this.launch();
    await until(
      () => {
        if (!this.alive) throw new Error(`The recorder ended while starting:\n${this.#output}`);
        return this.#output.includes(STARTED);
      },
      START_LIMIT_MS,
      'the recorder to take calls',
      10,
    );
  }

  /** `kill -9`; resolves when the process is gone. The signal is sent at once. */
  async kill(): Promise<void> {
    if (this.#child !== undefined) await stopProcess(this.#child, 'SIGKILL', START_LIMIT_MS);
  }

  /** Asks it to end, as an operator or a cluster does; resolves with its exit code. */
  async terminate(withinMs = START_LIMIT_MS): Promise<number | null> {
    if (this.#child === undefined) return null;
    await stopProcess(this.#child, 'SIGTERM', withinMs);
    return this.#child.exitCode;
  }

  /** The sum of a metric over all its label sets that have `labels` in them. */
  async metric(name: string, labels = ''): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) && line.includes(labels))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  async isReady(): Promise<boolean> {
    const asked = fetch(`http://127.0.0.1:${this.#metricsPort}/readyz`).catch(() => undefined);
    return (await asked)?.ok === true;
  }

  /** Kills it where it still runs, and removes its folder. */
  async remove(): Promise<void> {
    await this.kill();
    this.#claim.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A window of ports in which no other node lives: its last port is bound here, in the test's own process, for as long. */
async function claimWindow(): Promise<{ firstPort: number; claim: Server }> {
  for (let tried = 0; tried < PORTS.windows; tried += 1) {
    const firstPort = PORTS.first + PORTS.each * (windows++ % PORTS.windows);
    const claim = createServer();
    claim.listen(firstPort + PORTS.each - 1, '127.0.0.1');
    const claimed = await once(claim, 'listening').then(
      () => true,
      () => false,
    );
    if (claimed) return { firstPort, claim };
  }
  throw new Error('Every window of ports for recorders of tests is in use.');
}
