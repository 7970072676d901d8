import type { Child } from './child.ts';
import { measureMedia, type MediaLoad } from './media-load.ts';
import type { RecorderUnderTest } from './recorder-under-test.ts';
import { comparisonOf, quantile, type Comparison } from '../rounds.ts';

const LINES_PER_CALL = 2;
const PACKETS_PER_CALL_SECOND = 100;
const ARRIVAL_MS = 3_000;
const SEALING_MS = 60_000;
/** A thread that is busier than this is saturated: what comes more waits in the sockets until they are full. */
const SATURATED_PERCENT = 95;
/** A sender that was once this late did not offer the load that the step is about. */
const LATE_SENDER_MS = 1_000;
/** What a node is planned for: the rest is for bursts of calls, sealing and bad moments. */
const PLANNED_PERCENT = 60;

/** So many calls at once, against a process that only receives and counts the same packets. */
export interface CarriedStep {
  readonly calls: number;
  /** Every packet was stored, no thread was saturated, and the sender kept time. */
  readonly carried: boolean;
  readonly lost: number;
  readonly recorder: MediaLoad;
  readonly bare: MediaLoad & { readonly lost: number };
  readonly cpuRatio: number;
  readonly sealing: { readonly seconds: number; readonly unsealed: number };
}

/** What one core carries, and the steps that show it. */
export interface CarriedCalls {
  /** The most calls of a step that was carried, divided by the cores that the recorder used there where it was more than one. */
  readonly callsPerCore: number;
  /** What fits into 60 % of a core by the processor time of a packet in the step whose load is nearest to that. */
  readonly callsAtPlannedShare: number;
  readonly processPercent: number;
  readonly threadPercent: number;
  readonly lostPackets: number;
  /** Processor time of a packet, in microseconds, against the bare receiver's, in the largest step that was carried. */
  readonly comparison: Comparison;
  readonly steps: readonly CarriedStep[];
}

/** The processes of a bench. */
export interface Parties {
  readonly recorder: RecorderUnderTest;
  readonly sender: Child;
  readonly counter: Child;
}

/** Steps up until calls are not carried any more, then tries once half way between the last two steps. */
export async function findCarriedCalls(
  parties: Parties,
  { steps, secured }: { readonly steps: readonly number[]; readonly secured: boolean },
  report: (step: CarriedStep) => void,
): Promise<CarriedCalls> {
  const taken: CarriedStep[] = [];
  const take = async (calls: number): Promise<boolean> => {
    const step = await takeStep(parties, calls, secured);
    taken.push(step);
    report(step);
    return step.carried;
  };
  let most = 0;
  for (const calls of steps) {
    if (!(await take(calls))) {
      if (most > 0) await take((most + calls) / 2);
      break;
    }
    most = calls;
  }
  return figuresOf(taken);
}

async function takeStep(parties: Parties, calls: number, secured: boolean): Promise<CarriedStep> {
  const { recorder, sender, counter } = parties;
  await sender.ask('open', { count: calls, secured });
  await sender.ask('aim', await counter.ask('open', LINES_PER_CALL * calls));
  const counted = await measureMedia(sender, counter);
  const bare = { ...counted, lost: counted.sent - ((await counter.ask('close')) as number) };

  const before = { sealed: await recorder.sealed(0, 0), accepted: await recorder.accepted(0, 0) };
  await sender.ask('place', { target: recorder.target, from: 0 });
  const measured = await measureMedia(sender, recorder.process);
  const expected = before.accepted + measured.sent;
  const lost = expected - (await recorder.accepted(expected, ARRIVAL_MS));
  const endedAt = performance.now();
  await sender.ask('end');
  const sealed = await recorder.sealed(before.sealed + calls, SEALING_MS);
  const unsealed = before.sealed + calls - sealed;
  const inTime = measured.worstDelayMs < LATE_SENDER_MS;
  return {
    calls,
    carried: lost === 0 && unsealed === 0 && inTime && measured.threadPercent < SATURATED_PERCENT,
    lost,
    recorder: measured,
    bare,
    cpuRatio: compared(measured, bare).ratio,
    sealing: { seconds: Math.round((performance.now() - endedAt) / 100) / 10, unsealed },
  };
}

function compared(recorder: MediaLoad, bare: MediaLoad): Comparison {
  return comparisonOf(
    recorder.microsPerPacket.map((subject, i) => ({ subject, baseline: bare.microsPerPacket[i] ?? NaN })),
  );
}

function figuresOf(steps: readonly CarriedStep[]): CarriedCalls {
  const carried = steps.filter((step) => step.carried).toSorted((a, b) => b.calls - a.calls);
  const best = carried[0] ?? steps[0];
  if (best === undefined) throw new Error('No step was measured.');
  const { recorder, bare, lost } = best;
  const distance = (step: CarriedStep): number => Math.abs(step.recorder.processPercent - PLANNED_PERCENT);
  const planned = carried.toSorted((a, b) => distance(a) - distance(b))[0] ?? best;
  const callMicros = quantile(planned.recorder.microsPerPacket, 0.5) * PACKETS_PER_CALL_SECOND;
  return {
    callsPerCore:
      carried.length === 0 ? 0 : Math.floor(best.calls / Math.max(1, recorder.processPercent / 100)),
    callsAtPlannedShare: Math.floor((PLANNED_PERCENT * 1e4) / callMicros),
    processPercent: recorder.processPercent,
    threadPercent: recorder.threadPercent,
    lostPackets: lost,
    comparison: compared(recorder, bare),
    steps,
  };
}
