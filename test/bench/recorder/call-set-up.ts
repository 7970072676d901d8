import type { Parties } from './carried-calls.ts';
import type { CallTraffic, SetUps } from './sender-process.ts';
import { quantile, rounded } from '../rounds.ts';

const CALLS_PER_SECOND = 100;
const SECONDS = 12;
/** Calls until V8 has compiled what a call runs through; they are not in the figures. */
const WARM_UP_SECONDS = 4;
/** So that calls end, and are sealed, while others begin. */
const CALL_SECONDS = 3;

/** From INVITE to 200 as the caller sees it, while calls with media come and go. */
export interface CallSetUp {
  readonly callsPerSecond: number;
  readonly callsAtOnce: number;
  readonly calls: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
}

/** Calls at a steady rate from one caller, over UDP. */
export async function measureSetUp({ recorder, sender }: Parties): Promise<CallSetUp> {
  const traffic: CallTraffic = {
    target: recorder.target,
    callsPerSecond: CALLS_PER_SECOND,
    seconds: WARM_UP_SECONDS + SECONDS,
    callSeconds: CALL_SECONDS,
  };
  const { inOrder, failed } = (await sender.ask('traffic', traffic)) as SetUps;
  const milliseconds = inOrder.slice(WARM_UP_SECONDS * CALLS_PER_SECOND);
  return {
    callsPerSecond: CALLS_PER_SECOND,
    callsAtOnce: CALLS_PER_SECOND * CALL_SECONDS,
    calls: milliseconds.length,
    failed,
    p50Ms: rounded(quantile(milliseconds, 0.5)),
    p99Ms: rounded(quantile(milliseconds, 0.99)),
    worstMs: rounded(Math.max(...milliseconds)),
  };
}
