import type { LiveCall, RecorderControl } from '../../recorder-core/capture/recorder-control.ts';
import type { StreamAlert } from '../../recorder-core/media/stream-alert.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { replaceLiveCalls } from '../../recorder-core/records/live-calls.ts';
import { clearEndedAlerts } from '../../recorder-core/records/recorder-alerts.ts';
import type { RecorderCommand } from '../../recorder-core/records/recorder-commands.ts';
import { upsertNode, type NodeState } from '../../recorder-core/records/recorder-nodes.ts';
import { AlertLog } from './alert-log.ts';
import { CommandTaker } from './command-taker.ts';
import { describeCalls } from './describe-calls.ts';
import { repeatWork, type RepeatedWork } from './repeated-work.ts';

/** Between two heartbeats; five missed ones make a node silent. */
const HEARTBEAT_MS = 3_000;
/** Between two looks for commands: one is taken within a second. */
const COMMANDS_MS = 500;

export interface PresenceOptions {
  readonly db: Database;
  readonly tenantId: string;
  readonly node: string;
  readonly region: string;
  readonly version: string;
  /** By which rules the node decides now. */
  readonly rules?: () => { readonly packDigest: string; readonly policyVersion: number };
  /** Calls it takes at once. */
  readonly capacity: number;
  readonly control: RecorderControl;
  /** Whether it takes calls now. */
  readonly state: () => Exclude<NodeState, 'down'>;
  /** Without what it can take no call now. */
  readonly lacks?: () => 'disk' | 'keys' | undefined;
  readonly now: () => Date;
  readonly newId: (at: Date) => string;
  /** A heartbeat was written, with the calls it told of, or could not be written. */
  readonly onHeartbeat: (calls: readonly LiveCall[], error?: unknown) => void;
  readonly onCommand: (command: RecorderCommand, outcome: 'done' | 'failed', error?: unknown) => void;
  readonly onFault: (error: unknown) => void;
  /** Between two heartbeats; tests shorten it. */
  readonly heartbeatMs?: number;
}

/** A recorder's presence in the database: heartbeat, calls in progress, alerts, commands. Never stops a call. */
export class RecorderPresence {
  readonly #options: PresenceOptions;
  readonly #alerts: AlertLog;
  readonly #commands: CommandTaker;
  readonly #work: RepeatedWork[] = [];

  constructor(options: PresenceOptions) {
    this.#options = options;
    const { tenantId, node, newId } = options;
    this.#alerts = new AlertLog(tenantId, node, newId);
    this.#commands = new CommandTaker({
      ...options,
      onSettled: (command, outcome, error) => {
        options.onCommand(command, outcome, error);
        this.#work[0]?.hurry(); // so that a drain or a pause shows at once
      },
    });
  }

  /** Begins to beat and to take commands. */
  start(): void {
    const { onHeartbeat, onFault, heartbeatMs = HEARTBEAT_MS } = this.#options;
    this.#work.push(
      repeatWork(
        heartbeatMs,
        () => this.#beat(),
        (error) => {
          onHeartbeat([], error);
        },
      ),
      repeatWork(COMMANDS_MS, () => this.#commands.take(), onFault),
    );
  }

  /** Takes an alert; the next heartbeat brings it to the database. Never waits. */
  noteAlert(recordingId: string, alert: StreamAlert): void {
    this.#alerts.add(recordingId, alert);
  }

  /** Takes no more commands, answers those in hand, and leaves the node as `down`. */
  async stop(): Promise<void> {
    await Promise.all(this.#work.map((work) => work.stop()));
    await this.#commands.settled();
    await this.#write('down', []).catch(this.#options.onFault);
  }

  async #beat(): Promise<void> {
    const { control, state, onHeartbeat } = this.#options;
    const calls = control.calls();
    await this.#write(state(), calls);
    onHeartbeat(calls);
    await this.#commands.settleOverdue();
  }

  async #write(state: NodeState, calls: readonly LiveCall[]): Promise<void> {
    const { db, tenantId, node } = this.#options;
    const upTo = await db.forTenant(tenantId, async (tx) => {
      await this.#writeNode(tx, state, calls);
      await replaceLiveCalls(tx, tenantId, node, describeCalls(calls));
      return this.#alerts.write(tx);
    });
    let more = this.#alerts.written(upTo);
    while (more) more = this.#alerts.written(await db.forTenant(tenantId, (tx) => this.#alerts.write(tx)));
    await this.#clearEnded(state);
  }

  /** Asked only now which calls are in progress: one that began meanwhile keeps its alerts. */
  async #clearEnded(state: NodeState): Promise<void> {
    const { control, db, tenantId, node, now } = this.#options;
    const inProgress = state === 'down' ? [] : control.calls().map(({ recordingId }) => recordingId);
    await db.forTenant(tenantId, (tx) => clearEndedAlerts(tx, node, inProgress, now().toISOString()));
  }

  async #writeNode(tx: Tx, state: NodeState, calls: readonly LiveCall[]): Promise<void> {
    const { tenantId, node, region, version, capacity, rules, lacks } = this.#options;
    const row = {
      node,
      region,
      version,
      state,
      calls: calls.length,
      capacity,
      lacks: lacks?.() ?? null,
      ...rules?.(),
    };
    await upsertNode(tx, tenantId, row);
  }
}
