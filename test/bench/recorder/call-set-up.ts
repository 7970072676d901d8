import type { Parties } from './carried-calls.ts';
import type { CallTraffic, SetUps } from './sender-process.ts';
import { quantile, rounded } from '../rounds.ts';

const CALLS_PER_SECOND = 100;
const SECONDS = 12;
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
    seconds: SECONDS,
    callSeconds: CALL_SECONDS,
  };
  const { milliseconds, failed } = (await sender.ask('traffic', traffic)) as SetUps;
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
