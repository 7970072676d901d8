import { matchesHold, makeHoldQuery, type HoldQuery } from '../../recorder-core/policy/hold-query.ts';
import type { ItemHold, ItemRequest, RetentionItem } from '../../recorder-core/policy/retention-item.ts';
import { latestFloor } from '../../recorder-core/policy/lock-date.ts';
import { decideRetention, type RetentionDecision } from '../../recorder-core/policy/retention.ts';
import type { VerifiedRulePack } from '../../recorder-core/policy/rule-pack.ts';
import { latest } from '../../recorder-core/records/retention-facts.ts';
import type { Fault } from './faults.ts';
import type { Step } from './steps.ts';
import { reached, type Hold, type Item, type Request } from './things.ts';

const DAY_MS = 86_400_000;

/** What of a house a backup keeps, and a restore brings back. */
interface Backup {
  readonly items: readonly Item[];
  readonly root: number;
}

/**
 * A house with a few recordings, in memory, that goes by the product's own policy: what it decides, when it decides again,
 * and in which order it destroys are those of the activities (claim, tombstone, destruction, certificate), one step each,
 * so that everything else can come in between. `fault` leaves one safeguard out, for tests of the test.
 */
export class House {
  nowMs: number;
  readonly items: Item[] = [];
  readonly holds: Hold[] = [];
  readonly requests: Request[] = [];
  /** Tombstones outside the database, by recording; a restore does not take them back. */
  readonly journal = new Map<string, { readonly root: number }>();
  /** The root that keys are wrapped under now, and those that were destroyed. */
  root = 0;
  readonly deadRoots = new Set<number>();
  /** The rules in force now. */
  pack: VerifiedRulePack;
  readonly #packs: readonly VerifiedRulePack[];
  readonly #fault: Fault | undefined;
  #backup: Backup | undefined;
  #made = 0;

  /** `packs` come into force in turns, from the first on. */
  constructor(packs: readonly [VerifiedRulePack, ...VerifiedRulePack[]], startMs: number, fault?: Fault) {
    this.#packs = packs;
    this.pack = packs[0];
    this.nowMs = startMs;
    this.#fault = fault;
  }

  get at(): string {
    return new Date(this.nowMs).toISOString();
  }

  /** What the policy is told of an item now. */
  factsOf(item: Item): RetentionItem {
    return {
      id: item.id,
      capturedAt: item.recording.endedAt,
      kind: 'call',
      classes: item.recording.classes,
      triggers: item.triggers,
      holds: this.#holdsOn(item),
      requests: this.#requestsOn(item),
      jurisdictions: item.jurisdictions,
      lockedUntil: this.#fault === 'forgets-promises' ? null : this.#promisedUntil(item),
    };
  }

  decide(item: Item): RetentionDecision {
    return decideRetention(this.factsOf(item), this.at, this.pack);
  }

  /** Does one step; answers what it destroyed, if anything. Steps that nobody could take now change nothing. */
  take(step: Step): Item | undefined {
    const item = this.items[step.item % Math.max(1, this.items.length)];
    if (step.does === 'capture') this.#capture(step);
    else if (step.does === 'wait') this.nowMs += step.size * DAY_MS;
    else if (step.does === 'hold-query') this.#hold(makeHoldQuery({ classes: classesOf(step.size) }), []);
    else if (step.does === 'release') this.#release(step.size);
    else if (step.does === 'backup') this.#backup = structuredClone({ items: this.items, root: this.root });
    else if (step.does === 'restore') this.#restore();
    else if (step.does === 'close-period') this.#closePeriod();
    else if (step.does === 'rules-change')
      this.pack = this.#packs[step.size % this.#packs.length] ?? this.pack;
    else if (item !== undefined) return this.#takeOn(item, step);
    return undefined;
  }

  #takeOn(item: Item, step: Step): Item | undefined {
    if (step.does === 'hold-item') this.#hold(null, [item.id]);
    else if (step.does === 'ask') this.#ask(item, step.size);
    else if (step.does === 'answer') this.#answer(item, step.size);
    else if (step.does === 'contract-ends') item.triggers['contractEnd'] ??= this.at;
    else if (step.does === 'claim') this.#claim(item);
    else if (step.does === 'bury') this.#bury(item);
    else if (step.does === 'destroy') return this.#destroy(item) ? item : undefined;
    else if (step.does === 'certify' && item.keys === 'gone') item.state = 'certified';
    return undefined;
  }

  #capture({ size }: Step): void {
    const id = `r${String((this.#made += 1))}`;
    const item: Item = {
      id,
      recording: {
        startedAt: this.at,
        endedAt: this.at,
        classes: classesOf(size),
        region: 'eu-central',
        source: 'siprec',
        callId: id,
        parties: [],
      },
      jurisdictions: [[], ['DE'], ['FR']][size % 3] ?? [],
      triggers: { captureEnd: this.at },
      state: 'retained',
      retainUntil: null,
      keptFor: null,
      keys: 'alive',
      root: this.root,
    };
    this.items.push(item);
    this.#promise(item);
  }

  #hold(query: HoldQuery | null, itemIds: readonly string[]): void {
    const hold: Hold = {
      id: `h${String((this.#made += 1))}`,
      query,
      itemIds,
      placedMs: this.nowMs,
      releasedMs: null,
      known: this.items.map(({ id }) => id),
    };
    const refused = this.items.some(
      (item) => itemIds.includes(item.id) && (item.keys === 'gone' || item.state === 'certified'),
    );
    if (refused) return; // what is gone cannot be promised
    this.holds.push(hold);
    for (const item of this.items)
      if (item.state === 'buried' && reached(hold, item, matchesHold)) this.#spare(item);
  }

  #release(size: number): void {
    const standing = this.holds.filter(({ releasedMs }) => releasedMs === null);
    const hold = standing[size % Math.max(1, standing.length)];
    if (hold !== undefined) hold.releasedMs = this.nowMs;
  }

  #ask(item: Item, size: number): void {
    const kind = (['access', 'erasure', 'export', 'dispute'] as const)[size % 4] ?? 'access';
    if (item.keys === 'gone') return;
    this.requests.push({ id: `q${String((this.#made += 1))}`, kind, itemId: item.id, state: 'received' });
  }

  /** A request goes on to its next state. */
  #answer(item: Item, size: number): void {
    const open = this.requests.find(
      ({ itemId, state }) => itemId === item.id && state !== 'refused' && state !== 'fulfilled',
    );
    if (open === undefined) return;
    if (size % 4 === 0) open.state = 'refused';
    else
      open.state = ({ received: 'verified', verified: 'approved', approved: 'fulfilled' } as const)[
        open.state as 'received'
      ];
  }

  #mayDispose(item: Item): boolean {
    const { decision, actions } = this.decide(item);
    return decision === 'DISPOSE' && !actions.includes('review-before-disposal');
  }

  #claim(item: Item): void {
    if (item.state !== 'retained') return;
    if (this.#mayDispose(item)) item.state = 'claimed';
    else this.#promise(item);
  }

  /** Keeps the dates of a decision with the item; never an earlier one than before. */
  #promise(item: Item): void {
    const decision = this.decide(item);
    item.retainUntil = latest(item.retainUntil, decision.retainUntil);
    item.keptFor = latest(item.keptFor, latestFloor(decision));
  }

  /** An approved erasure ends what is kept by habit only; a floor that was promised stays. */
  #promisedUntil(item: Item): string | null {
    const erased = this.requests.some(
      ({ itemId, kind, state }) => itemId === item.id && kind === 'erasure' && state === 'approved',
    );
    if (this.#fault === 'conflicts-unpromised' && !erased) return item.retainUntil;
    return erased ? item.keptFor : latest(item.retainUntil, item.keptFor);
  }

  #bury(item: Item): void {
    if (item.state !== 'claimed') return;
    if (!this.#mayDispose(item)) {
      this.#spare(item);
      return;
    }
    item.state = 'buried';
    this.journal.set(item.id, { root: item.root });
  }

  #destroy(item: Item): boolean {
    if (item.state !== 'buried') return false;
    if (this.#fault !== 'destroys-undecided' && !this.#mayDispose(item)) {
      this.#spare(item);
      return false;
    }
    item.keys = 'gone';
    item.state = 'disposed';
    return true;
  }

  #spare(item: Item): void {
    item.state = 'retained';
    this.journal.delete(item.id);
  }

  /** A backup of database and keys comes back; then every tombstone outside it is carried out again, before anything opens. */
  #restore(): void {
    if (this.#backup === undefined) return;
    const { items } = structuredClone(this.#backup);
    for (const old of items) {
      const now = this.items.find(({ id }) => id === old.id);
      if (now === undefined) continue;
      // The archive outside the database brings what lives into the periods that were closed since.
      Object.assign(now, { state: old.state, keys: old.keys, root: this.root });
      if (this.#fault !== 'restores-unreplayed' && this.journal.has(now.id)) {
        now.keys = 'gone';
        now.state = now.state === 'certified' ? 'certified' : 'disposed';
      }
    }
  }

  /** Keys of what lives are wrapped under a new root, and the old one goes: backups of what is gone are dead from here on. */
  #closePeriod(): void {
    this.deadRoots.add(this.root);
    this.root += 1;
    for (const item of this.items) if (item.keys === 'alive') item.root = this.root;
  }

  #holdsOn(item: Item): ItemHold[] {
    const forgets = this.#fault === 'future-forgotten';
    const seen = this.holds.filter(
      ({ known, query }) => !forgets || query === null || known.includes(item.id),
    );
    return seen
      .filter((hold) => reached(hold, item, matchesHold))
      .map(({ id, releasedMs }) => ({
        id,
        kind: 'legal',
        releasedAt: releasedMs === null ? null : new Date(releasedMs).toISOString(),
      }))
      .filter(({ releasedAt }) => this.#fault !== 'no-grace' || releasedAt === null);
  }

  #requestsOn(item: Item): ItemRequest[] {
    const heeded = this.requests.filter(
      ({ itemId, kind }) => itemId === item.id && (this.#fault !== 'ignores-requests' || kind === 'erasure'),
    );
    return heeded.map(({ id, kind, state }) => ({ id, kind, state }));
  }
}

/** Classes with a default, a floor, a ceiling (in France), and a floor against a ceiling. */
function classesOf(size: number): string[] {
  return [['business-call'], ['mifid2'], ['training'], ['mifid2', 'training']][size % 4] ?? [];
}
