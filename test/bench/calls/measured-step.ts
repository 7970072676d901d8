import { setTimeout as wait } from 'node:timers/promises';
import { quantile, rounded } from '../rounds.ts';
import type { Child } from './child.ts';
import type { SentPackets } from './rtp-sender.ts';
import type { Usage } from './usage.ts';

const SETTLE_MS = 1_000;
const SAMPLE_MS = 1_000;
const SAMPLES = 8;
/** Packets that are in a socket when the sender stops are read within this. */
const DRAIN_MS = 500;

/** What one process used while media arrived, in steady state. */
export interface Measured extends SentPackets {
  /** Processor time of all its threads for each call and second, in microseconds: one for each second. */
  readonly microsPerCallSecond: readonly number[];
  /** Share of one core, all threads; median of the seconds. */
  readonly processPercent: number;
  /** Share of one core, main thread alone; median of the seconds. */
  readonly threadPercent: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly residentMB: number;
}

/** Lets the sender send for some seconds and watches the receiver second by second. */
export async function measure(sender: Child, receiver: Child, calls: number): Promise<Measured> {
  await sender.ask('start');
  await wait(SETTLE_MS);
  const looks = [await usageOf(receiver)];
  for (let i = 0; i < SAMPLES; i++) {
    await wait(SAMPLE_MS);
    looks.push(await usageOf(receiver));
  }
  const sent = (await sender.ask('stop')) as SentPackets;
  await wait(DRAIN_MS);
  const seconds = looks.slice(1).map((look, i) => between(looks[i] ?? look, look));
  return {
    ...sent,
    microsPerCallSecond: seconds.map(({ process }) => rounded((process / calls) * 1e6)),
    processPercent: percent(seconds.map(({ process }) => process)),
    threadPercent: percent(seconds.map(({ thread }) => thread)),
    delayP99Ms: quantile(
      looks.slice(1).map(({ delayP99Ms }) => delayP99Ms),
      0.5,
    ),
    delayMaxMs: Math.max(...looks.slice(1).map(({ delayMaxMs }) => delayMaxMs)),
    residentMB: looks.at(-1)?.residentMB ?? 0,
  };
}

/** What the process has used so far. */
export async function usageOf(child: Child): Promise<Usage> {
  return (await child.ask('usage')) as Usage;
}

/** Shares of one core between two looks. */
function between(before: Usage, after: Usage): { process: number; thread: number } {
  const micros = (after.atMs - before.atMs) * 1000;
  return {
    process: (after.processMicros - before.processMicros) / micros,
    thread: (after.threadMicros - before.threadMicros) / micros,
  };
}

function percent(shares: readonly number[]): number {
  return Math.round(quantile(shares, 0.5) * 1000) / 10;
}
