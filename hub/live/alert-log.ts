import type { StreamAlert } from '../../recorder-core/media/stream-alert.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { clearAlert, raiseAlert } from '../../recorder-core/records/recorder-alerts.ts';

/** Alerts that may wait for a database that is away; the oldest are given up first. */
const MOST_WAITING = 10_000;
/** Alerts written in one transaction. */
const AT_ONCE = 200;

interface Waiting {
  readonly recordingId: string;
  readonly alert: StreamAlert;
}

/** Keeps alerts in the order they came until the database has them; memory stays bounded. */
export class AlertLog {
  readonly #tenantId: string;
  readonly #node: string;
  readonly #newId: (at: Date) => string;
  readonly #waiting: Waiting[] = [];
  /** How many have left the queue so far: the place of its first one among all that ever came. */
  #left = 0;
  #givenUp = 0;

  constructor(tenantId: string, node: string, newId: (at: Date) => string) {
    this.#tenantId = tenantId;
    this.#node = node;
    this.#newId = newId;
  }

  /** Alerts that got lost because the database was away for too long. */
  get givenUp(): number {
    return this.#givenUp;
  }

  add(recordingId: string, alert: StreamAlert): void {
    this.#waiting.push({ recordingId, alert });
    if (this.#waiting.length <= MOST_WAITING) return;
    this.#waiting.shift();
    this.#left += 1;
    this.#givenUp += 1;
  }

  /**
   * Writes the oldest waiting alerts and answers up to which place; the caller hands that to `written` once its
   * transaction stands. Writing one twice does no harm.
   */
  async write(tx: Tx): Promise<number> {
    const upTo = this.#left + Math.min(this.#waiting.length, AT_ONCE);
    for (const { recordingId, alert } of this.#waiting.slice(0, AT_ONCE)) {
      const { kind, label, detail, atMs, state } = alert;
      const at = new Date(atMs);
      if (state === 'cleared') await clearAlert(tx, { recordingId, kind, label, at: at.toISOString() });
      else
        await raiseAlert(tx, this.#tenantId, {
          id: this.#newId(at),
          recordingId,
          node: this.#node,
          kind,
          label,
          detail,
          raisedAt: at.toISOString(),
        });
    }
    return upTo;
  }

  /** Forgets what the database has; answers whether more waits. */
  written(upTo: number): boolean {
    const count = Math.max(0, upTo - this.#left);
    this.#waiting.splice(0, count);
    this.#left += count;
    return this.#waiting.length > 0;
  }
}
