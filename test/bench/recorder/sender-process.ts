/** The other side of the calls: places them over SIP and sends their media, apart from what is measured. */
import { setTimeout as wait } from 'node:timers/promises';
import { CallableThread } from '../../../recorder-core/capture/thread-calls.ts';
import { createUserAgent } from '../../../recorder-core/sip/user-agent.ts';
import { answer } from './child.ts';
import { OfferedCall } from './offered-call.ts';
import type { SentPackets } from './packet-pacer.ts';

const PARALLEL_INVITES = 8;

/** Calls that come at a steady rate and each last as long. */
export interface CallTraffic {
  readonly target: string;
  readonly callsPerSecond: number;
  readonly seconds: number;
  readonly callSeconds: number;
}

/** Milliseconds from INVITE to 200 of each call that was answered, by when it was placed, and how many were not. */
export interface SetUps {
  readonly inOrder: readonly number[];
  readonly failed: number;
}

const media = new CallableThread(new URL('./sending-thread.ts', import.meta.url), undefined, {
  news: () => undefined,
  died: (error) => {
    throw error;
  },
});
const userAgent = createUserAgent({
  listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }],
  onInvite: (invite) => {
    invite.reject(501);
  },
});
await userAgent.start();

let calls: OfferedCall[] = [];

/** Opens the streams of so many calls more, which are not placed yet. */
async function open({ count, secured }: { count: number; secured: boolean }): Promise<void> {
  for (let i = 0; i < count; i++) calls.push(await OfferedCall.open(media, secured));
}

/** Aims the streams at bare ports, without any call. */
async function aim(ports: readonly number[]): Promise<void> {
  const left = [...ports];
  for (const call of calls) await call.aim(left.splice(0, call.ports.length));
}

/** Places the calls from the given one on; resolves when all are answered. */
async function place({ target, from }: { target: string; from: number }): Promise<void> {
  const waiting = calls.slice(from);
  const placeInTurn = async (): Promise<void> => {
    for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) {
      await call.place(userAgent, target);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_INVITES }, placeInTurn));
}

async function end(): Promise<void> {
  await Promise.all(calls.map((call) => call.end()));
  calls = [];
}

/** Places calls at the rate, whether or not those before were answered, and sends their media until each ends. */
async function traffic({ target, callsPerSecond, seconds, callSeconds }: CallTraffic): Promise<SetUps> {
  const setUps: (number | undefined)[] = [];
  let failed = 0;
  const one = async (call: OfferedCall, index: number): Promise<void> => {
    try {
      setUps[index] = await call.place(userAgent, target);
      await wait(callSeconds * 1000);
    } catch {
      failed += 1;
    }
    await call.end();
  };
  await open({ count: callsPerSecond * seconds, secured: false });
  const running: Promise<void>[] = [];
  await media.ask('start');
  const startedAt = performance.now();
  for (const [placed, call] of calls.entries()) {
    const dueMs = startedAt + (placed * 1000) / callsPerSecond - performance.now();
    if (dueMs > 0) await wait(dueMs);
    running.push(one(call, placed));
  }
  await Promise.all(running);
  await media.ask('stop');
  calls = [];
  return { inOrder: setUps.filter((setUp) => setUp !== undefined), failed };
}

const start = (): Promise<void> => media.ask('start');
const soFar = (): Promise<SentPackets> => media.ask('soFar');
const stop = (): Promise<SentPackets> => media.ask('stop');

answer({ open, aim, place, start, soFar, stop, end, traffic }, async () => {
  await userAgent.close();
  await media.stop();
});
