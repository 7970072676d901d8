import { setTimeout as wait } from 'node:timers/promises';
import { quantile, rounded } from '../rounds.ts';
import type { Child } from './child.ts';
import type { SentPackets } from './packet-pacer.ts';
import type { Usage } from './usage.ts';

const SETTLE_MS = 1_500;
const SAMPLE_MS = 1_000;
const SAMPLES = 6;

/** What one process used while media arrived, in steady state. */
export interface MediaLoad extends SentPackets {
  /** Processor time of all its threads for each packet, in microseconds: one for each second. */
  readonly microsPerPacket: readonly number[];
  /** Share of one core, all threads; median of the seconds. */
  readonly processPercent: number;
  /** Share of one core of the busiest JavaScript thread; median of the seconds. */
  readonly threadPercent: number;
  readonly residentMB: number;
}

/** What the receiver had used when so many packets had been sent. */
interface Look extends Usage {
  readonly sent: number;
}

/** Lets the sender send for some seconds and watches the receiver second by second. */
export async function measureMedia(sender: Child, receiver: Child): Promise<MediaLoad> {
  await sender.ask('start');
  await wait(SETTLE_MS);
  const looks = [await look(sender, receiver)];
  for (let i = 0; i < SAMPLES; i++) {
    await wait(SAMPLE_MS);
    looks.push(await look(sender, receiver));
  }
  const sent = (await sender.ask('stop')) as SentPackets;
  const seconds = looks.slice(1).map((after, i) => between(looks[i] ?? after, after));
  return {
    ...sent,
    microsPerPacket: seconds.map(({ packetMicros }) => rounded(packetMicros)),
    processPercent: percent(seconds.map(({ process }) => process)),
    threadPercent: percent(seconds.map(({ thread }) => thread)),
    residentMB: Math.round((looks.at(-1)?.residentBytes ?? 0) / 1e6),
  };
}

/** What the process has used so far. */
export async function usageOf(child: Child): Promise<Usage> {
  return (await child.ask('usage')) as Usage;
}

async function look(sender: Child, receiver: Child): Promise<Look> {
  const [usage, { sent }] = await Promise.all([
    usageOf(receiver),
    sender.ask('soFar') as Promise<SentPackets>,
  ]);
  return { ...usage, sent };
}

/** Shares of one core between two looks, and the processor time of each packet that was sent meanwhile. */
function between(before: Look, after: Look) {
  const micros = (after.atMs - before.atMs) * 1000;
  const used = after.processMicros - before.processMicros;
  const threads = after.threadMicros.map((thread, i) => thread - (before.threadMicros[i] ?? 0));
  return {
    packetMicros: used / (after.sent - before.sent),
    process: used / micros,
    thread: Math.max(...threads) / micros,
  };
}

function percent(shares: readonly number[]): number {
  return Math.round(quantile(shares, 0.5) * 1000) / 10;
}
