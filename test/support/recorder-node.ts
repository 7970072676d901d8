import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toEnvironment } from '../../hub/config/read-config.ts';
import type { Config } from '../../hub/config/settings.ts';
import { stopProcess, until } from '../../hub/processes/process-control.ts';
import { IDENTITIES } from '../../recorder-core/sip/test-support/certificates.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';

const ROOT = join(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules/node/bin/node');
const PROGRAM = join(ROOT, 'hub/cli/holdfast.ts');
const STARTED = 'recorder takes calls';
const START_LIMIT_MS = 60_000;
/**
 * Ports of a node lie together, below those that the system gives out by itself and those that other tests and benches
 * use for media: nobody takes them while it is down.
 */
const PORTS = { first: 1_100, each: 400, windows: 9 } as const;
let windows = Math.floor(Math.random() * PORTS.windows);

export interface RecorderNodeOptions {
  readonly tenantId: string;
  readonly postgresUrl: string;
  readonly postgresDispatcherUrl: string;
  /** Any other setting of the product. */
  readonly settings?: Partial<Config>;
  /** Takes calls over TLS as well, with the tests' certificate. */
  readonly tls?: boolean;
  /** Instead of the program itself: `sh -c` and the like, with the program's own words after it. */
  readonly wrapper?: readonly string[];
}

/** `holdfast recorder` as production runs it, on a spool, a key ring and ports of its own. It can be started again and again. */
export class RecorderNode {
  /** SIP over UDP and TCP. */
  readonly sipPort: number;
  /** SIP over TLS, where that was asked for. */
  readonly tlsPort: number;
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
    this.tlsPort = firstPort + 2;
    this.#wrapper = wrapper;
    this.#environment = toEnvironment({
      data: folder,
      sipPort: this.sipPort,
      recorderMetricsPort: this.#metricsPort,
      rtpPortMin: this.mediaPort,
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
    const node = new RecorderNode({ folder, keys, ...(await claimWindow()) }, options);
    if (options.tls === true) await node.#listenWithTls();
    return node;
  }

  /** The first port that it gives out for media. */
  get mediaPort(): number {
    return this.sipPort + 4;
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
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // the channel closes with the test's process, and ends the recorder
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => {
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

  /** Reads all metrics; what it gives sums one over those of its label sets that have `labels` in them. */
  async metrics(): Promise<(name: string, labels?: string) => number> {
    const lines = (await (await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`)).text()).split('\n');
    return (name, labels = '') =>
      lines
        .filter((line) => line.startsWith(`${name}{`) && line.includes(labels))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  async isReady(): Promise<boolean> {
    const asked = fetch(`http://127.0.0.1:${this.#metricsPort}/readyz`).catch(() => undefined);
    return (await asked)?.ok === true;
  }

  async #listenWithTls(): Promise<void> {
    const { key, cert } = IDENTITIES.server;
    const path = (name: string): string => join(this.folder, name);
    const listen = [
      { transport: 'udp', port: this.sipPort },
      { transport: 'tcp', port: this.sipPort },
      { transport: 'tls', port: this.tlsPort },
    ].map((address) => ({ ...address, host: '127.0.0.1' }));
    await writeFile(path('tls.key'), key, { mode: 0o600 });
    await writeFile(path('tls.pem'), cert);
    const file = { listen, tls: { key: path('tls.key'), certificate: path('tls.pem') } };
    await writeFile(path('recorder.yaml'), JSON.stringify(file)); // JSON is YAML
    Object.assign(this.#environment, toEnvironment({ recorderFile: path('recorder.yaml') }));
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
