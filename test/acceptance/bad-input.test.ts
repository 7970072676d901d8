import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../../hub/processes/process-control.ts';
import { buildRtp } from '../../recorder-core/media/rtp.ts';
import type { SipResponse } from '../../recorder-core/sip/message.ts';
import { parseSdp } from '../../recorder-core/sip/sdp.ts';
import { RawPeer } from '../../recorder-core/sip/test-support/raw-peer.ts';
import { prepareLoneRecorder, type LoneRecorder } from '../support/lone-recorder.ts';
import { lookAt } from '../support/soak/process-look.ts';
import { badDatagrams, badStreams, goodbye } from '../support/traffic/bad-requests.ts';
import { Nuisance } from '../support/traffic/nuisance.ts';
import { PACKET_TICKS, PAYLOAD_TYPE } from '../support/traffic/test-payload.ts';
import type { TestCall } from '../support/traffic/test-call.ts';

const WITHIN_MS = 60_000;
/** What a burst of bad input may cost while it is being refused. */
const MOST_GROWTH_MB = 150;

let alone: LoneRecorder;
let nuisance: Nuisance;
let good: TestCall;
let residentBefore: number;

beforeAll(async () => {
  alone = await prepareLoneRecorder();
  await alone.node.start();
  nuisance = await Nuisance.open();
  await alone.traffic.placeOne(10); // code is compiled before memory is measured
  residentBefore = (await lookAt(alone.node)).residentMB;
}, 120_000);
afterAll(async () => {
  await nuisance.close();
  await alone.close();
}, 60_000);

/** A good call runs beside everything bad. */
beforeEach(async () => {
  good = await alone.traffic.placeOne(3_000);
  await until(() => (good.streams[0]?.sent ?? 0) > 10, WITHIN_MS, 'the good call to send');
});

/** Ends the good call, and finds it whole; the process lives and has not grown. */
async function expectUnharmed(): Promise<void> {
  const { node, traffic } = alone;
  await good.hangUp();
  await traffic.finish(WITHIN_MS);
  expect(good.state).toBe('ended');
  const { faults, ledgerHolds } = await alone.account();
  expect(faults.filter((fault) => fault.startsWith(good.callId))).toEqual([]);
  expect({ alive: node.alive, ledgerHolds }).toEqual({ alive: true, ledgerHolds: true });
  expect((await lookAt(node)).residentMB - residentBefore).toBeLessThan(MOST_GROWTH_MB);
}

function expectFitting(name: string, { status }: SipResponse, statuses: readonly number[]): void {
  expect({ name, status, fits: statuses.includes(status) }).toEqual({ name, status, fits: true });
}

/** Ends a call that was taken all the same. */
async function leave(peer: RawPeer, response: SipResponse, transport: 'UDP' | 'TCP'): Promise<void> {
  for (const message of goodbye(response, transport, peer.port)) peer.sendBytes(message);
  const callId = response.headers.get('Call-ID');
  await peer.responses.when(
    ({ headers }) => headers.get('CSeq') === '2 BYE' && headers.get('Call-ID') === callId,
  );
}

function address(transport: 'udp' | 'tcp') {
  return { transport, host: '127.0.0.1', port: alone.node.sipPort };
}

/** Ports for media that the recorder gave the good call. */
function mediaPorts(): number[] {
  return parseSdp(good.response?.body.toString('utf8') ?? '').media.map(({ port }) => port);
}

describe('while a good call is recorded', () => {
  test('each bad request over UDP gets its refusal, or is recorded where that can be done', async () => {
    const peer = await RawPeer.udp(address('udp'));
    for (const { name, bytes, statuses } of badDatagrams(peer.port)) {
      peer.sendBytes(bytes);
      const callId = name.replaceAll(/\W+/g, '-');
      const response = await peer.responses.when(
        ({ status, headers }) => status >= 200 && (headers.get('Call-ID') ?? callId) === callId,
      );
      expectFitting(name, response, statuses);
      if (response.status === 200) await leave(peer, response, 'UDP');
      peer.responses.all.length = 0;
    }
    peer.close();
    await expectUnharmed();
  }, 120_000);

  test('each oversized request over TCP is refused, and the connection ended where nothing more can be read', async () => {
    for (const { name, bytes, statuses } of badStreams(alone.node.sipPort)) {
      const peer = await RawPeer.tcp(address('tcp'));
      peer.sendBytes(bytes);
      const response = await peer.responses.when(({ status }) => status >= 200);
      expectFitting(name, response, statuses);
      if (response.status === 413 || response.status === 513) await peer.closed;
      if (response.status === 200) await leave(peer, response, 'TCP');
      peer.close();
    }
    await expectUnharmed();
  }, 120_000);

  test('a header that never ends is cut off, and senders of half a message keep nobody waiting', async () => {
    for (let count = 0; count < 200; count += 1)
      await nuisance.say(
        alone.node.sipPort,
        Buffer.from('INVITE sip:recorder@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/T'),
      );
    const endless = await nuisance.say(
      alone.node.sipPort,
      Buffer.from('OPTIONS sip:recorder@127.0.0.1 SIP/2.0\r\n'),
    );
    let written = 0;
    while (!endless.destroyed && written < 8 * 1_048_576) {
      const taken = endless.write(Buffer.alloc(4_096, 'x'));
      if (!taken) await new Promise<unknown>((go) => endless.once('drain', go).once('close', go));
      written += 4_096;
      await nextTurn();
    }
    expect(endless.destroyed).toBe(true);
    await expectUnharmed();
  }, 120_000);

  test('floods of noise at signalling and media are counted and dropped', async () => {
    const { node } = alone;
    const before = (await node.metrics())('holdfast_sip_events_total', 'event="malformed"');
    await nuisance.flood(node.sipPort, 3_000);
    // No more than the socket holds: what the system itself drops, nobody can record.
    for (const port of mediaPorts()) await nuisance.flood(port, 150, 60);
    const counted = async (): Promise<boolean> => {
      const read = await node.metrics();
      const refused =
        read('holdfast_rtp_packets_total') - read('holdfast_rtp_packets_total', 'result="accepted"');
      return read('holdfast_sip_events_total', 'event="malformed"') > before && refused > 100;
    };
    await until(counted, WITHIN_MS, 'the noise to be counted', 200);
    await expectUnharmed();
  }, 120_000);

  test('media from another address, under another SSRC or under that of the call, does not get into it', async () => {
    const stranger = createSocket('udp4');
    stranger.bind(0, '127.0.0.2');
    await once(stranger, 'listening');
    const [stream] = good.streams;
    for (let number = 0; number < 400; number += 1) {
      for (const ssrc of [stream?.seed ?? 0, 99]) {
        const sequence = ((stream?.sent ?? 0) + number) & 0xffff;
        const timestamp = (sequence * PACKET_TICKS) >>> 0;
        const payload = randomBytes(100);
        const packet = buildRtp({ payloadType: PAYLOAD_TYPE, sequence, timestamp, ssrc, payload });
        await new Promise((sent) => stranger.send(packet, mediaPorts()[0] ?? 0, '127.0.0.1', sent));
      }
    }
    stranger.close();
    await expectUnharmed();
  }, 120_000);
});
