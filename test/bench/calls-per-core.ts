import type { Bench } from './bench.ts';
import { startBenchPostgres } from './bench-postgres.ts';
import { startChild, type Child } from './calls/child.ts';
import { measure, usageOf, type Measured } from './calls/measured-step.ts';
import { startRecorderUnderTest, type RecorderUnderTest } from './calls/recorder-under-test.ts';
import { comparisonOf, quantile, rounded } from './rounds.ts';

const STEPS = [25, 50, 100, 200, 400, 600, 800, 1000];
const LINES_PER_CALL = 2;
const BUDGET_MS = 150_000;
const SEALING_MS = 60_000;
/** Steps end where the main thread is busier than this, or packets are lost, or the sender cannot keep up. */
const BUSY_PERCENT = 85;
const TOLERATED_LOSS = 0.0001;
/** A sender that was once this late did not offer the load that the step is about. */
const LATE_SENDER_MS = 1_000;
/** What a node is planned for: the rest is for bursts of calls, sealing and bad moments. */
const PLANNED_SHARE = 0.6;

interface Step {
  readonly calls: number;
  readonly recorder: Measured;
  readonly lost: number;
  readonly bare: Measured & { readonly lost: number };
  readonly opening: { readonly cpuMsPerCall: number };
  readonly sealing: { readonly cpuMsPerCall: number; readonly seconds: number; readonly unsealed: number };
}

/** Two-party G.711 calls that one core records, against a process that only receives and counts the same packets. */
export const callsPerCore: Bench = {
  name: 'calls-per-core',
  async run({ folder, report }) {
    const postgres = await startBenchPostgres(folder);
    const running: Child[] = [];
    try {
      const recorder = await startRecorderUnderTest(folder, postgres);
      running.push(recorder.process);
      const sender = await startChild('./sender-process.ts');
      running.push(sender);
      const counter = await startChild('./counting-process.ts');
      running.push(counter);
      const steps: Step[] = [];
      const until = performance.now() + BUDGET_MS;
      for (const calls of STEPS) {
        const step = await takeStep(calls, { recorder, sender, counter });
        steps.push(step);
        report(describe(step));
        if (isAtItsEnd(step) || performance.now() > until) break;
      }
      return figuresOf(steps);
    } finally {
      for (const child of running.reverse()) await child.stop();
      await postgres.stop();
    }
  },
};

async function takeStep(
  calls: number,
  { recorder, sender, counter }: { recorder: RecorderUnderTest; sender: Child; counter: Child },
): Promise<Step> {
  const cpuMs = async (): Promise<number> => (await usageOf(recorder.process)).processMicros / 1000;
  const sealedBefore = await recorder.sealed(0, 0);
  const acceptedBefore = await recorder.accepted();
  const cpuBeforeOpening = await cpuMs();
  await sender.ask('call', { target: recorder.target, calls });
  const opening = { cpuMsPerCall: rounded(((await cpuMs()) - cpuBeforeOpening) / calls) };
  const measured = await measure(sender, recorder.process, calls);
  const lost = measured.sent - ((await recorder.accepted()) - acceptedBefore);

  const cpuBeforeSealing = await cpuMs();
  const endedAt = performance.now();
  await sender.ask('hangUp');
  const unsealed = sealedBefore + calls - (await recorder.sealed(sealedBefore + calls, SEALING_MS));
  const sealing = {
    cpuMsPerCall: rounded(((await cpuMs()) - cpuBeforeSealing) / calls),
    seconds: Math.round((performance.now() - endedAt) / 100) / 10,
    unsealed,
  };

  await sender.ask('aim', await counter.ask('open', LINES_PER_CALL * calls));
  const bare = await measure(sender, counter, calls);
  const counted = (await counter.ask('close')) as number;
  await sender.ask('hangUp');
  return { calls, recorder: measured, lost, bare: { ...bare, lost: bare.sent - counted }, opening, sealing };
}

function isAtItsEnd(step: Step): boolean {
  return step.recorder.threadPercent > BUSY_PERCENT || !isSound(step) || step.sealing.unsealed > 0;
}

/** Whether everything was offered in time and everything offered was stored. */
function isSound({ recorder, lost }: Step): boolean {
  return lost <= recorder.sent * TOLERATED_LOSS && recorder.worstDelayMs < LATE_SENDER_MS;
}

/** The figures of that sound step whose load is nearest to what a node is planned for. */
function figuresOf(steps: readonly Step[]) {
  const distance = ({ recorder }: Step): number => Math.abs(recorder.processPercent / 100 - PLANNED_SHARE);
  const sound = steps.filter(isSound);
  const best = (sound.length > 0 ? sound : steps).toSorted((a, b) => distance(a) - distance(b))[0];
  if (best === undefined) throw new Error('No step was measured.');
  const planned = (micros: number): number => (PLANNED_SHARE * 1e6) / micros;
  const micros = quantile(best.recorder.microsPerCallSecond, 0.5);
  return {
    what: 'Two-party G.711 calls at once that one core records encrypted at 60 % of its time',
    unit: 'calls',
    baseline:
      'a process that receives and counts the same packets on the same number of sockets, at 60 % of a core',
    comparison: comparisonOf(
      best.recorder.microsPerCallSecond.map((recorderMicros, i) => ({
        subject: planned(recorderMicros),
        baseline: planned(best.bare.microsPerCallSecond[i] ?? NaN),
      })),
    ),
    details: {
      measuredAtCalls: best.calls,
      cpuMicrosPerCallSecond: rounded(micros),
      extrapolatedToWholeCore: Math.floor(1e6 / micros),
      steps,
    },
    notes: [
      'Processor time of the whole recorder process (all threads), media in steady state: SIP is up, packets arrive, are checked, encrypted and written to the spool. Opening and sealing a call are listed beside it, because their share depends on the length of calls.',
      'The sender is a process of its own on the same machine and the loopback; a real network card adds interrupt work.',
      'Each round is one second of the step whose load was nearest to 60 % of a core; all steps are listed. A step with loss, or whose sender was held up for a second by other work, does not count. Loss is packets sent minus packets that the recorder counted as stored.',
      'extrapolatedToWholeCore is computed from the cost per call in that step; see the steps for what was really carried.',
    ],
  };
}

function describe({ calls, recorder, lost, bare, sealing }: Step): string {
  const micros = quantile(recorder.microsPerCallSecond, 0.5);
  return (
    `${calls} calls: ${recorder.processPercent} % of a core (main thread ${recorder.threadPercent} %), ` +
    `${micros} µs a call-second, bare ${quantile(bare.microsPerCallSecond, 0.5)}; lost ${lost} of ${recorder.sent}, ` +
    `loop delay p99 ${recorder.delayP99Ms} ms; sealed in ${sealing.seconds} s`
  );
}
