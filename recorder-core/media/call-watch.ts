/** Watches the streams of one running call and tells when something is wrong with them, within seconds. Pure. */
import { AlertLatch } from './alert-latch.ts';
import type { StreamAlert, StreamAlertKind } from './stream-alert.ts';
import type { StreamFaults, WatchedStream } from './stream-watch.ts';
import { StreamWatch } from './stream-watch.ts';
import type { WatchLimits } from './watch-limits.ts';
import { WATCH_LIMITS } from './watch-limits.ts';

interface Standing {
  readonly latch: AlertLatch;
  alert: StreamAlert | undefined;
}

/** A condition as it is found: what is wrong, with whom, in words. */
interface Finding {
  readonly kind: StreamAlertKind;
  readonly label: string | null;
  readonly detail: string;
}

/** Seconds for which a condition that one look can find by chance must last. */
const RAISE_AFTER_MS: Partial<Record<StreamAlertKind, number>> = { 'codec-mismatch': 2_000 };

/**
 * One per call. Call `observe` about once a second with every open stream; leaving a stream out means it was closed.
 * Deterministic, and no alert is raised and cleared within the limits' hold-off.
 */
export class CallWatch {
  readonly #limits: WatchLimits;
  readonly #streams = new Map<string, StreamWatch>();
  readonly #latches = new Map<string, Standing>();

  constructor(limits: Partial<WatchLimits> = {}) {
    this.#limits = { ...WATCH_LIMITS, ...limits };
  }

  /** What has changed; nothing, mostly. `nowMs` is wall clock and does not go back. */
  observe(nowMs: number, streams: readonly WatchedStream[]): StreamAlert[] {
    const seen = streams.map((stream) => ({ stream, faults: this.#watchOf(stream).observe(nowMs, stream) }));
    const labels = new Set(streams.map(({ label }) => label));
    for (const label of this.#streams.keys()) if (!labels.has(label)) this.#streams.delete(label);
    const findings = new Map<string, Finding>();
    for (const finding of this.#find(seen)) findings.set(keyOf(finding), finding);
    const changes: StreamAlert[] = [];
    for (const [key, finding] of findings) {
      if (!this.#latches.has(key)) this.#latches.set(key, this.#newStanding(finding.kind));
    }
    for (const [key, standing] of this.#latches) {
      const change = this.#apply(nowMs, standing, findings.get(key));
      if (change !== undefined) changes.push(change);
    }
    this.#forget(findings);
    return changes;
  }

  /** The alerts that stand, as they were raised. */
  get standing(): readonly StreamAlert[] {
    return [...this.#latches.values()].flatMap(({ alert }) => alert ?? []);
  }

  #watchOf({ label }: WatchedStream): StreamWatch {
    const known = this.#streams.get(label) ?? new StreamWatch(this.#limits);
    this.#streams.set(label, known);
    return known;
  }

  #newStanding(kind: StreamAlertKind): Standing {
    const raiseAfterMs = RAISE_AFTER_MS[kind] ?? 0;
    return { latch: new AlertLatch({ raiseAfterMs, holdOffMs: this.#limits.holdOffMs }), alert: undefined };
  }

  #apply(nowMs: number, standing: Standing, finding: Finding | undefined): StreamAlert | undefined {
    const change = standing.latch.observe(nowMs, finding !== undefined);
    if (change === 'raised' && finding !== undefined) {
      return (standing.alert = { ...finding, state: 'raised', atMs: nowMs });
    }
    const { alert } = standing;
    if (change !== 'cleared' || alert === undefined) return undefined;
    standing.alert = undefined;
    return { ...alert, state: 'cleared', atMs: nowMs };
  }

  /** A latch that rests is dropped with its closed stream; those of open streams are few and stay. */
  #forget(findings: ReadonlyMap<string, Finding>): void {
    for (const [key, { latch }] of this.#latches) {
      const label = key.slice(key.indexOf(' ') + 1);
      if (label !== '' && !this.#streams.has(label) && !latch.raised && !findings.has(key)) {
        this.#latches.delete(key);
      }
    }
  }

  *#find(seen: readonly Seen[]): Generator<Finding> {
    for (const { stream, faults } of seen) {
      const { label } = stream;
      if (faults.dead !== undefined) yield { kind: 'dead-stream', label, detail: faults.dead };
      if (faults.codec !== undefined) yield { kind: 'codec-mismatch', label, detail: faults.codec };
      if (faults.loss !== undefined) yield { kind: 'sustained-loss', label, detail: faults.loss };
      if (faults.clock !== undefined) yield { kind: 'clock', label, detail: faults.clock };
      if (faults.silent === true && this.#limits.silenceOf === 'stream') {
        yield { kind: 'silence', label, detail: 'Its packets carry only silence.' };
      }
    }
    const active = seen.filter(({ faults }) => !faults.idle);
    if (isOneWay(active)) {
      yield { kind: 'one-way-audio', label: null, detail: 'Only one side of the call can be heard.' };
    }
    if (this.#limits.silenceOf === 'call' && isSilent(active)) {
      yield { kind: 'silence', label: null, detail: 'Packets come, but nobody can be heard in them.' };
    }
  }
}

interface Seen {
  readonly stream: WatchedStream;
  readonly faults: StreamFaults;
}

/** Some sides are heard while another sends nothing, or has never sent a sound. */
function isOneWay(active: readonly Seen[]): boolean {
  const mute = active.filter(({ faults }) => faults.dead !== undefined || faults.neverHeard);
  const live = active.filter(
    ({ stream, faults }) => faults.dead === undefined && faults.silent !== true && stream.stats.packets > 0,
  );
  return mute.length > 0 && live.length > 0;
}

function isSilent(active: readonly Seen[]): boolean {
  return active.length > 0 && active.every(({ faults }) => faults.silent === true);
}

function keyOf({ kind, label }: Finding): string {
  return `${kind} ${label ?? ''}`;
}
