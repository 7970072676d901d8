import {
  grantAnchorWish,
  readAnchorWish,
  type AnchoredCheckpoint,
} from '../../recorder-core/records/anchors.ts';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { listLedgerAlarms } from '../../recorder-core/records/ledger-alarms.ts';
import { repeatWork, type RepeatedWork } from '../live/repeated-work.ts';
import { anchorLog, type AnchorParts } from './anchor-log.ts';
import { BackOff } from './back-off.ts';

/** What the background work needs besides what one anchoring does. */
export interface AnchoringOptions extends Omit<AnchorParts, 'onAsked'> {
  /** Every tenant whose log is anchored here. */
  readonly tenants: () => Promise<readonly string[]>;
  readonly onAsked: (what: 'witness' | 'authority', outcome: 'answered' | 'failed') => void;
  /** Told after every round how many alarms stand. */
  readonly onStanding: (alarms: number) => void;
  readonly onFault: (error: unknown) => void;
  /** Between the end of a round and the begin of the next; 5 s by default, so that a checkpoint is never 10 s late. */
  readonly everyMs?: number;
}

/** How anchoring stands, for readiness. */
export interface AnchoringState {
  readonly failing: readonly { readonly url: string; readonly fault: string }[];
  readonly alarms: number;
  /** Tenants whose log could not be signed in the last round. */
  readonly unsigned: number;
}

/** Tenants anchored side by side; each waits for witnesses most of the time. */
const AT_ONCE = 4;
const EVERY_MS = 5_000;

/** Anchors every tenant's log again and again, and on demand. */
export class Anchoring {
  readonly #options: AnchoringOptions;
  readonly #parts: AnchorParts;
  readonly #backOff: BackOff;
  readonly #stopping = new AbortController();
  #work: RepeatedWork | undefined;
  /** Tenants whose witnesses were asked since the start, whatever the database says they said. */
  readonly #met = new Set<string>();
  #alarms = 0;
  #unsigned = 0;

  constructor(options: AnchoringOptions) {
    this.#options = options;
    this.#backOff = new BackOff(() => options.now().getTime());
    this.#parts = {
      ...options,
      onAsked: (what, url, fault) => {
        this.#backOff.note(url, fault);
        options.onAsked(what, fault === undefined ? 'answered' : 'failed');
      },
    };
  }

  /** Begins the rounds. Call it once. */
  start(): void {
    const { everyMs = EVERY_MS, onFault } = this.#options;
    this.#work = repeatWork(everyMs, () => this.#round(), onFault);
  }

  /** Ends the round in progress; what was not asked yet is not asked. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#work?.stop();
  }

  get state(): AnchoringState {
    return { failing: this.#backOff.failing, alarms: this.#alarms, unsigned: this.#unsigned };
  }

  /**
   * Anchors a tenant's log at once, with time stamps, whoever failed before; for exports and destructions, which
   * need it on the record. @returns and @throws as anchorLog.
   */
  anchorNow(tenantId: string): Promise<AnchoredCheckpoint | undefined> {
    return anchorLog(this.#parts, tenantId, { stamp: 'now', askAll: true, signal: this.#stopping.signal });
  }

  async #round(): Promise<void> {
    const waiting = [...(await this.#options.tenants())];
    let [alarms, unsigned] = [0, 0];
    const lane = async (): Promise<void> => {
      for (let tenantId = waiting.shift(); tenantId !== undefined; tenantId = waiting.shift()) {
        if (this.#stopping.signal.aborted) return;
        unsigned += (await this.#anchor(tenantId)) ? 0 : 1;
        const standing = await this.#options.db.forTenant(tenantId, (tx) => listLedgerAlarms(tx, 100));
        alarms += standing.filter(({ clearedAt }) => clearedAt === null).length;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    [this.#alarms, this.#unsigned] = [alarms, unsigned];
    this.#options.onStanding(alarms);
  }

  #isGranted(anchored: AnchoredCheckpoint | undefined): boolean {
    if (anchored === undefined) return true;
    const stamped = anchored.timeStamps.length > 0 || this.#options.config.timeStampUrls.length === 0;
    return anchored.publishedAt !== null && stamped;
  }

  /** @returns whether the log could be signed. */
  async #anchor(tenantId: string): Promise<boolean> {
    const { db, onFault } = this.#options;
    try {
      const wish = await db.forTenant(tenantId, readAnchorWish);
      const anchored = await anchorLog(this.#parts, tenantId, {
        stamp: wish === undefined ? 'when due' : 'now',
        askAll: !this.#met.has(tenantId),
        mayAsk: this.#backOff.mayAsk,
        signal: this.#stopping.signal,
      });
      if (wish !== undefined && this.#isGranted(anchored))
        await db.forTenant(tenantId, (tx) => grantAnchorWish(tx, wish));
      this.#met.add(tenantId);
      return true;
    } catch (error) {
      onFault(error);
      return !(isHoldfastError(error) && error.code === 'integrity_failed');
    }
  }
}
