/**
 * Which call of the telephone system is which recording, and which is neither recorded nor explained. Pure: the same calls,
 * recordings, refusals and absences give the same answer in whatever order they come.
 */
import { matchMost } from './match-most.ts';

/** A call as the telephone system told it. Instants in milliseconds; ids and addresses as digests. */
export interface ToldCall {
  readonly id: string;
  readonly source: string;
  readonly callIds: readonly string[];
  readonly startMs: number;
  /** Of talking; null where the system does not say. */
  readonly durationMs: number | null;
  readonly answered: boolean;
  readonly internal: boolean;
  readonly toBeRecorded: boolean;
  /** None where no party is known. */
  readonly addresses: readonly string[];
}

/** A recording as it can be recognised. A disposed one has lost its ids and addresses, and keeps its times. */
export interface KeptRecording {
  readonly id: string;
  readonly callIds: readonly string[];
  readonly addresses: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly disposed: boolean;
}

/** A call that capture did not take. */
export interface RefusedCall {
  readonly id: string;
  readonly callIds: readonly string[];
  readonly addresses: readonly string[];
  readonly atMs: number;
  readonly reason: string;
}

/** A time in which no recorder took calls because people had taken all of them out of service. */
export interface Absence {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Everything that is compared. */
export interface ReconcileInput {
  readonly calls: readonly ToldCall[];
  readonly recordings: readonly KeptRecording[];
  readonly refusals: readonly RefusedCall[];
  readonly absences: readonly Absence[];
}

/** How near two things must be to be one. */
export interface Tolerances {
  /** Between the two starts, once the clocks are set against each other. */
  readonly startMs: number;
  /** The largest difference of two clocks that is believed. */
  readonly skewMs: number;
  /** Difference of durations that is not told; or this part of the longer one, where that is more. */
  readonly durationMs: number;
  readonly durationPart: number;
}

/** Telephone systems round to seconds and begin to count at different signals of the same call. */
export const TOLERANCES: Tolerances = {
  startMs: 15_000,
  skewMs: 10 * 60_000,
  durationMs: 5_000,
  durationPart: 0.1,
};

/** What became of one call. */
export type CallVerdict =
  | {
      readonly outcome: 'recorded';
      readonly by: MatchedBy;
      readonly recordingId: string;
      readonly disposed: boolean;
    }
  | { readonly outcome: 'explained'; readonly reason: Explained }
  | { readonly outcome: 'missing' };

/** By what a recording was found: an id both systems know, both parties, one party, or its time alone. */
export type MatchedBy = 'call-id' | 'both-parties' | 'one-party' | 'time';

/** Why a call without a recording is none that is missing. `refused/<reason>`: capture did not take it, and why. */
export type Explained =
  'not-answered' | 'line-not-recorded' | 'internal' | 'recorders-drained' | `refused/${string}`;

/** A call and its recordings whose lengths do not agree. */
export interface LengthDifference {
  readonly callId: string;
  readonly recordingId: string;
  readonly toldMs: number;
  readonly recordedMs: number;
}

/** What the comparison found. */
export interface Reconciled {
  readonly verdicts: ReadonlyMap<string, CallVerdict>;
  /** Recordings that no told call is about; only those that began while some source told of calls can be judged. */
  readonly unlisted: readonly string[];
  readonly differences: readonly LengthDifference[];
  /** By how much the clock of each source is ahead of ours, in milliseconds; null where nothing shows it. */
  readonly skews: Readonly<Record<string, number | null>>;
}

/** Fewer common calls say nothing of two clocks. */
const FEWEST_FOR_SKEW = 3;

/** Compares: by ids first, then by both parties, one party and time alone, each as far as the one before left something. */
export function reconcileCalls(given: ReconcileInput, tolerances: Tolerances = TOLERANCES): Reconciled {
  const input = inOrder(given);
  const byId = matchById(input.calls, input.recordings);
  const skews = skewsOf(input, byId, tolerances);
  const setBack = (call: ToldCall): number => call.startMs - (skews[call.source] ?? 0);
  const matched: Matched = {
    found: new Map(),
    taken: new Set([...byId.values()].flat().map(({ id }) => id)),
  };
  for (const [callId, [recording]] of byId)
    if (recording !== undefined) matched.found.set(callId, { recording, by: 'call-id' });
  for (const by of ['both-parties', 'one-party', 'time'] as const)
    matchBy(by, input, matched, setBack, tolerances.startMs);
  const explain = explainer(input, setBack, tolerances);
  const verdictOf = (call: ToldCall): CallVerdict => {
    const match = matched.found.get(call.id);
    if (match === undefined) return explain(call);
    const { id: recordingId, disposed } = match.recording;
    return { outcome: 'recorded', by: match.by, recordingId, disposed };
  };
  return {
    verdicts: new Map(input.calls.map((call) => [call.id, verdictOf(call)])),
    unlisted: input.recordings.filter(({ id }) => !matched.taken.has(id)).map(({ id }) => id),
    differences: differencesOf(input.calls, matched.found, byId, tolerances),
    skews,
  };
}

interface Matched {
  readonly found: Map<string, { readonly recording: KeptRecording; readonly by: MatchedBy }>;
  /** Ids of the recordings that are somebody's. */
  readonly taken: Set<string>;
}

/** Gives as many calls as can be a recording that agrees with them in just this way. */
function matchBy(
  by: Exclude<MatchedBy, 'call-id'>,
  input: ReconcileInput,
  { found, taken }: Matched,
  setBack: (call: ToldCall) => number,
  within: number,
): void {
  const recordings = input.recordings.filter(({ id }) => !taken.has(id));
  const near = nearIn(recordings, ({ startMs }) => startMs);
  const candidates = input.calls
    .filter((call) => !found.has(call.id) && isExpected(call))
    .flatMap((call) =>
      near(setBack(call), within)
        .filter((recording) => agreesBy(call, recording) === by)
        .map(({ id, startMs }) => ({ left: call.id, right: id, cost: Math.abs(startMs - setBack(call)) })),
    );
  const known = new Map(recordings.map((recording) => [recording.id, recording]));
  for (const [callId, recordingId] of matchMost(candidates)) {
    const recording = known.get(recordingId);
    if (recording === undefined) continue;
    found.set(callId, { recording, by });
    taken.add(recordingId);
  }
}

/** A call that was never answered has no media, and takes no recording away from one that was. */
function isExpected(call: ToldCall): boolean {
  return call.answered;
}

function inOrder({ calls, recordings, refusals, absences }: ReconcileInput): ReconcileInput {
  const byTime = <T extends { readonly id: string }>(list: readonly T[], at: (one: T) => number): T[] =>
    [...list].sort((a, b) => at(a) - at(b) || (a.id < b.id ? -1 : 1));
  return {
    calls: byTime(calls, ({ startMs }) => startMs),
    recordings: byTime(recordings, ({ startMs }) => startMs),
    refusals: byTime(refusals, ({ atMs }) => atMs),
    absences,
  };
}

/** Calls whose id a recording has, with all those recordings: a transferred call has several, and one may hold several legs. */
function matchById(
  calls: readonly ToldCall[],
  recordings: readonly KeptRecording[],
): Map<string, readonly KeptRecording[]> {
  const known = new Map<string, KeptRecording[]>();
  for (const recording of recordings)
    for (const id of recording.callIds) known.set(id, [...(known.get(id) ?? []), recording]);
  const matched = new Map<string, readonly KeptRecording[]>();
  for (const call of calls) {
    const all = [...new Set(call.callIds.flatMap((id) => known.get(id) ?? []))];
    const nearest = all.sort((a, b) => distance(call, a) - distance(call, b) || (a.id < b.id ? -1 : 1));
    if (nearest.length > 0) matched.set(call.id, nearest);
  }
  return matched;
}

function distance(call: ToldCall, recording: KeptRecording): number {
  return Math.abs(call.startMs - recording.startMs);
}

/**
 * How far the clock of a source is ahead of ours: the middle of what its calls with a known recording show, else of those
 * that only one recording of the same two parties can be.
 */
function skewsOf(
  { calls, recordings }: ReconcileInput,
  byId: ReadonlyMap<string, readonly KeptRecording[]>,
  { skewMs }: Tolerances,
): Record<string, number | null> {
  const near = nearIn(recordings, ({ startMs }) => startMs);
  const shown = new Map<string, { sure: number[]; likely: number[] }>();
  for (const call of calls) {
    const list = shown.get(call.source) ?? { sure: [], likely: [] };
    shown.set(call.source, list);
    const [recording] = byId.get(call.id) ?? [];
    if (recording !== undefined && Math.abs(call.startMs - recording.startMs) <= skewMs)
      list.sure.push(call.startMs - recording.startMs);
    else if (call.answered) {
      const alike = near(call.startMs, skewMs).filter((one) => agreesBy(call, one) === 'both-parties');
      const [only] = alike;
      if (alike.length === 1 && only !== undefined) list.likely.push(call.startMs - only.startMs);
    }
  }
  return Object.fromEntries(
    [...shown].sort().map(([source, { sure, likely }]) => [source, middle(sure) ?? middle(likely)]),
  );
}

function middle(values: readonly number[]): number | null {
  if (values.length < FEWEST_FOR_SKEW) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** By what two agree; undefined where they do not. Of a disposed recording only the time is left. */
function agreesBy(
  { addresses }: Pick<ToldCall, 'addresses'>,
  recording: KeptRecording,
): Exclude<MatchedBy, 'call-id'> | undefined {
  if (recording.addresses.length === 0)
    return recording.disposed || addresses.length === 0 ? 'time' : undefined;
  if (addresses.length === 0) return undefined;
  const common = addresses.filter((one) => recording.addresses.includes(one)).length;
  if (common === 0) return undefined;
  return common >= 2 ? 'both-parties' : 'one-party';
}

/** Looks up what lies near an instant in a list sorted by time. */
function nearIn<T>(sorted: readonly T[], at: (one: T) => number): (ms: number, within: number) => T[] {
  return (ms, within) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const half = (low + high) >> 1;
      const one = sorted[half];
      if (one !== undefined && at(one) < ms - within) low = half + 1;
      else high = half;
    }
    const found: T[] = [];
    for (let index = low; index < sorted.length; index += 1) {
      const one = sorted[index];
      if (one === undefined || at(one) > ms + within) break;
      found.push(one);
    }
    return found;
  };
}

/** Asks for explanations in a fixed order: what the call was, then what capture said of it, then who was there to take it. */
function explainer(
  { refusals, absences }: ReconcileInput,
  setBack: (call: ToldCall) => number,
  { startMs }: Tolerances,
): (call: ToldCall) => CallVerdict {
  const byId = new Map(refusals.flatMap((refusal) => refusal.callIds.map((id) => [id, refusal] as const)));
  const near = nearIn(refusals, ({ atMs }) => atMs);
  return (call) => {
    if (!call.answered) return explained('not-answered');
    if (!call.toBeRecorded) return explained(call.internal ? 'internal' : 'line-not-recorded');
    const at = setBack(call);
    const named = call.callIds.map((id) => byId.get(id)).find((one) => one !== undefined);
    const refusal =
      named ??
      near(at, startMs).find((one) => one.addresses.some((address) => call.addresses.includes(address)));
    if (refusal !== undefined) return explained(`refused/${refusal.reason}`);
    if (absences.some(({ fromMs, toMs }) => at >= fromMs && at < toMs)) return explained('recorders-drained');
    return { outcome: 'missing' };
  };
}

function explained(reason: Explained): CallVerdict {
  return { outcome: 'explained', reason };
}

/**
 * Calls whose recordings are longer or shorter than they were told to be. Legs of one call and recordings of one call are
 * taken together: what counts is the time that either side covers.
 */
function differencesOf(
  calls: readonly ToldCall[],
  found: ReadonlyMap<string, { readonly recording: KeptRecording; readonly by: MatchedBy }>,
  byId: ReadonlyMap<string, readonly KeptRecording[]>,
  tolerances: Tolerances,
): LengthDifference[] {
  const groups = new Map<string, { calls: ToldCall[]; recordings: Set<KeptRecording> }>();
  for (const call of calls) {
    const match = found.get(call.id);
    if (match === undefined) continue;
    const group = groups.get(match.recording.id) ?? { calls: [], recordings: new Set() };
    groups.set(match.recording.id, group);
    group.calls.push(call);
    for (const recording of byId.get(call.id) ?? [match.recording]) group.recordings.add(recording);
  }
  return [...groups].flatMap(([recordingId, group]) => {
    const [first] = group.calls;
    if (first === undefined || group.calls.some(({ durationMs }) => durationMs === null)) return [];
    const toldMs = covered(
      group.calls.map(({ startMs, durationMs }) => [startMs, startMs + (durationMs ?? 0)]),
    );
    const recordedMs = covered([...group.recordings].map(({ startMs, endMs }) => [startMs, endMs]));
    const allowed = Math.max(tolerances.durationMs, tolerances.durationPart * Math.max(toldMs, recordedMs));
    return Math.abs(toldMs - recordedMs) <= allowed
      ? []
      : [{ callId: first.id, recordingId, toldMs, recordedMs }];
  });
}

function covered(spans: readonly (readonly [number, number])[]): number {
  let sum = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}
