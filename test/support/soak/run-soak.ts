import { setTimeout as pass } from 'node:timers/promises';
import { until } from '../../../hub/processes/process-control.ts';
import { seededRandom } from '../../../recorder-core/media/test-signal.ts';
import { AUTHORITY } from '../../../recorder-core/sip/test-support/certificates.ts';
import {
  openRecordingClient,
  type OpenedClient,
} from '../../../recorder-core/siprec/client/open-recording-client.ts';
import { ledgerOf, sealedAll } from '../kill-run.ts';
import { startRecorderDatabase } from '../recorder-database.ts';
import { RecorderNode } from '../recorder-node.ts';
import { Nuisance } from '../traffic/nuisance.ts';
import { checkSoakedCalls, type PlacedCall } from './check-soaked-calls.ts';
import { isAtRest, lookAt, type ProcessLook } from './process-look.ts';
import { SoakCalls, type SoakTransport } from './soak-calls.ts';

export interface SoakOptions {
  readonly minutes: number;
  /** Call set-ups a second. */
  readonly perSecond: number;
  readonly seed: number;
}

/** What a soak came to. */
export interface SoakReport {
  readonly calls: number;
  /** Calls by kind, and what failed: by kind and error. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
  readonly ledgerHolds: boolean;
  /** At rest: before, after the first part of the load, and at the end. */
  readonly fresh: ProcessLook;
  readonly warm: ProcessLook;
  readonly last: ProcessLook;
  /** Every few seconds under load, after the first part. */
  readonly looks: readonly ProcessLook[];
}

/** The first part of the time, in which caches fill and code is compiled. */
const WARM_UP_SHARE = 0.25;
const LOOK_EVERY_MS = 2_000;
/** Transactions over UDP stay for 64 × T1 (RFC 3261 section 17.2.2), idle connections to the database for ten seconds. */
const REST_WITHIN_MS = 120_000;
/** Garbage with every so many-th call. */
const NUISANCE_EVERY = 5;

/** Runs mixed calls and garbage against a recorder process, and looks at what it holds. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const database = await startRecorderDatabase();
  const node = await RecorderNode.prepare({
    tenantId: database.tenantId,
    postgresUrl: database.appUrl,
    postgresDispatcherUrl: database.dispatcherUrl,
    tls: true,
  });
  const callers = await openCallers();
  const load = new SoakLoad(node, callers, options);
  try {
    await node.start();
    const fresh = await atRest(node);
    await load.run(options.minutes * 60_000 * WARM_UP_SHARE);
    const warm = await atRest(node);
    const looks = await load.run(options.minutes * 60_000 * (1 - WARM_UP_SHARE));
    const last = await atRest(node);
    await sealedAll(node);
    const faults = [...load.faults, ...(await checkSoakedCalls(load.placed, database, node))];
    const { ledgerHolds } = await ledgerOf(database);
    return { calls: load.count, kinds: load.kinds, faults, ledgerHolds, fresh, warm, last, looks };
  } finally {
    await Promise.all(Object.values(callers).map(({ close }) => close()));
    await node.remove();
    await database.close();
  }
}

type Callers = Readonly<Record<SoakTransport, OpenedClient>>;

async function openCallers(): Promise<Callers> {
  return {
    udp: await openRecordingClient({ transport: 'udp' }),
    tcp: await openRecordingClient({ transport: 'tcp' }),
    tls: await openRecordingClient({ transport: 'tls', tls: { ca: AUTHORITY } }),
  };
}

async function atRest(node: RecorderNode): Promise<ProcessLook> {
  let look = await lookAt(node);
  const resting = async (): Promise<boolean> => {
    look = await lookAt(node);
    return isAtRest(look);
  };
  await until(resting, REST_WITHIN_MS, 'the recorder to be at rest', 500);
  return look;
}

/** Calls at a steady rate, and garbage beside them. */
class SoakLoad {
  readonly placed: PlacedCall[] = [];
  readonly faults: string[] = [];
  readonly kinds: Record<string, number> = {};
  count = 0;
  readonly #node: RecorderNode;
  readonly #callers: Callers;
  readonly #calls: SoakCalls;
  readonly #gapMs: number;

  constructor(node: RecorderNode, callers: Callers, { seed, perSecond }: SoakOptions) {
    this.#node = node;
    this.#callers = callers;
    this.#calls = new SoakCalls(node, seededRandom(seed));
    this.#gapMs = 1000 / perSecond;
  }

  /** Places calls for so long and waits for the last to end; answers what the process held meanwhile. */
  async run(ms: number): Promise<ProcessLook[]> {
    const nuisance = await Nuisance.open();
    const looks: ProcessLook[] = [];
    const running = new Set<Promise<void>>();
    const startedAt = performance.now();
    let nextLook = startedAt;
    for (let number = 0; performance.now() - startedAt < ms; number += 1) {
      await pass(Math.max(0, startedAt + number * this.#gapMs - performance.now())); // the rate of the calls
      const call = this.#place();
      running.add(call);
      void call.finally(() => running.delete(call));
      if (number % NUISANCE_EVERY === 0) await this.#annoy(nuisance);
      if (performance.now() < nextLook) continue;
      nextLook += LOOK_EVERY_MS;
      looks.push(await lookAt(this.#node));
    }
    await Promise.all(running);
    await nuisance.close();
    return looks;
  }

  async #place(): Promise<void> {
    const { kind, transport, options, outcome } = this.#calls.next();
    this.count += 1;
    this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
    try {
      const report = await this.#callers[transport].client.place(options);
      this.placed.push({ kind, outcome, report });
    } catch (error) {
      if (outcome !== 'none') this.faults.push(`${kind} over ${transport}: ${String(error)}`);
    }
  }

  /** Datagrams of noise at signalling and media, offers that cannot be read, and connections that say half a message. */
  async #annoy(nuisance: Nuisance): Promise<void> {
    const { sipPort, mediaPort } = this.#node;
    await nuisance.flood(sipPort, 40);
    await nuisance.flood(mediaPort, 20);
    await nuisance.sendDatagram(sipPort, badOffer(`bad-${this.count}-${sipPort}`));
    const half = await nuisance.say(
      sipPort,
      Buffer.from('INVITE sip:recorder@127.0.0.1 SIP/2.0\r\nVia: SIP'),
    );
    if (this.count % 2 === 0) half.destroy();
  }
}

/** An INVITE whose body is no description of anything; it gets a refusal. */
function badOffer(callId: string): Buffer {
  return Buffer.from(
    [
      'INVITE sip:recorder@127.0.0.1 SIP/2.0',
      `Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-${callId};rport`,
      'Max-Forwards: 70',
      'From: <sip:bad@127.0.0.1>;tag=bad',
      'To: <sip:recorder@127.0.0.1>',
      `Call-ID: ${callId}`,
      'CSeq: 1 INVITE',
      'Contact: <sip:bad@127.0.0.1:9>',
      'Content-Type: application/sdp',
      'Content-Length: 9',
      '',
      'v=0\r\nm=au',
    ].join('\r\n'),
  );
}
