import { afterEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createUserAgent, type UserAgent } from '../../sip/user-agent.ts';
import { clientDialects } from './client-body.ts';
import { immediatePacer, realTimePacer, type Pacer } from './client-pacer.ts';
import { buildOwnOffer } from '../delayed-offer.ts';
import { RecordingClient } from './recording-client.ts';
import { LoopbackRecorder } from './test-support/loopback-recorder.ts';
import type { CallEvent, CallOptions } from './played-call-types.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** Octets that differ in every packet, so that a lost or doubled one shows in the digest. */
const speech = (ms: number, seed: number) =>
  Buffer.from(Array.from({ length: ms * 8 }, (_, index) => (index * 7 + (index >> 8) * seed) & 0xff));
const sha256 = (audio: Buffer) => createHash('sha256').update(audio).digest('hex');
const ana = { aor: 'sip:ana@example.com', name: 'Ana', audio: speech(1000, 3) };
const ben = { aor: '+15550100', audio: speech(700, 5) };

async function setUp(transport: 'udp' | 'tcp' = 'tcp', pacer: () => Pacer = immediatePacer) {
  const recorder = new LoopbackRecorder(transport);
  const target = await recorder.start();
  const userAgent: UserAgent = createUserAgent({
    listen: [{ transport, host: '127.0.0.1', port: 0 }],
    onInvite: (invite) => {
      invite.reject(501);
    },
  });
  await userAgent.start();
  closing.push(
    () => userAgent.close(),
    () => recorder.close(),
  );
  const events: CallEvent[] = [];
  const call: CallOptions = {
    target,
    transport,
    parties: [ana, ben],
    onEvent: (event) => {
      events.push(event);
    },
  };
  return { recorder, call, events, client: new RecordingClient({ userAgent, pacer }) };
}

describe('a played call', () => {
  test.each(['udp', 'tcp'] as const)(
    'reaches the recorder over %s with every octet of every party',
    async (transport) => {
      const { recorder, call, client, events } = await setUp(transport);
      const report = await client.place({ ...call, callId: 'call-1' });
      expect(report.streams).toMatchObject([
        { label: '1', packets: 50, sha256: sha256(ana.audio), withheld: 0, labelEchoed: true },
        { label: '2', packets: 35, sha256: sha256(ben.audio), withheld: 0, labelEchoed: true },
      ]);
      expect((await recorder.received('1', 50)).hash.digest('hex')).toBe(sha256(ana.audio));
      expect((await recorder.received('2', 35)).hash.digest('hex')).toBe(sha256(ben.audio));
      expect(recorder.session.identifiers().sipSessionIds).toEqual(['call-1']);
      expect(recorder.session.parties()).toMatchObject([
        { ordinal: 1, label: '1', aor: ana.aor, name: 'Ana', source: 'metadata', leftAt: expect.any(Number) },
        { ordinal: 2, label: '2', aor: ben.aor, source: 'metadata' },
      ]);
      expect(recorder.session.warnings()).toEqual([]);
      expect(report).toMatchObject({
        endedBy: 'client',
        callId: 'call-1',
        dialogCallId: recorder.dialog?.callId,
      });
      expect(events.map((event) => event.type)).toEqual(['inviting', 'answered', 'progress', 'ended']);
    },
  );

  // The others are told by headers, lines and bodies that the client does not write yet.
  const elsewhere = ['metaswitch', 'cisco-nbr', 'cisco-cucm', 'genesys'];
  const played = clientDialects().filter((dialect) => !elsewhere.includes(dialect));
  test.each(played)('is understood in the dialect %s', async (dialect) => {
    const { recorder, call, client } = await setUp();
    await client.place({ ...call, dialect });
    expect(recorder.session.dialect()).toBe(dialect);
    expect(recorder.session.parties().map((party) => [party.label, party.aor])).toEqual([
      ['1', ana.aor],
      ['2', ben.aor],
    ]);
  });

  test('goes on hold and resumes, its silence as long on the media clock as in the call', async () => {
    const { recorder, call, client, events } = await setUp();
    const report = await client.place({ ...call, hold: { afterMs: 400, forMs: 3000 } });
    expect(
      recorder.changes.slice(1).map((change) => change.streamsChanged.map((item) => item.changes)),
    ).toEqual([
      [['hold'], ['hold']],
      [['resume'], ['resume']],
    ]);
    expect(
      recorder.changes.slice(1).flatMap((change) => [...change.partiesJoined, ...change.partiesLeft]),
    ).toEqual([]);
    const line = await recorder.received('1', 50);
    const steps = line.timestamps
      .slice(1)
      .map((timestamp, index) => (timestamp - line.timestamps[index]! + 2 ** 32) % 2 ** 32);
    expect(steps.filter((step) => step !== 160)).toEqual([(3000 + 20) * 8]);
    expect(line.hash.digest('hex')).toBe(report.streams[0]?.sha256);
    expect(events.map((event) => event.type)).toEqual([
      'inviting',
      'answered',
      'held',
      'resumed',
      'progress',
      'ended',
    ]);
  });

  test('takes as long as it lasts when it is sent in real time', async () => {
    const { recorder, call, client } = await setUp('udp', realTimePacer);
    const before = performance.now();
    await client.place({ ...call, parties: [{ ...ana, audio: speech(200, 3) }] });
    // Ten packets: the last one is sent 180 ms after the first, and the call ends 20 ms later.
    expect(performance.now() - before).toBeGreaterThan(195);
    await recorder.received('1', 10);
  });

  test('sends nothing on a line that the recorder refused, and says so', async () => {
    const { recorder, call, client } = await setUp();
    recorder.refuse = ['2'];
    const { streams } = await client.place(call);
    expect(streams[1]).toMatchObject({ packets: 0, withheld: 35, target: undefined });
    expect((await recorder.received('1', 50)).packets).toBe(50);
  });

  test('withholds what is said while the recorder pauses a line', async () => {
    const { recorder, call, client } = await setUp('tcp', () => gatedPacer(recorderPause));
    const recorderPause = async () => {
      const paused = buildOwnOffer(
        ['1', '2'].map((label) => ({ label, address: '127.0.0.1', port: 9 })),
        { sessionId: '7', version: 50 },
      ).replace(/a=recvonly\r\na=label:2/, 'a=inactive\r\na=label:2');
      const response = await recorder.dialog!.request('INVITE', {
        contentType: 'application/sdp',
        body: Buffer.from(paused),
      });
      expect(response.status).toBe(200);
    };
    const { streams } = await client.place(call);
    expect(streams).toMatchObject([
      { packets: 50, withheld: 0 },
      { packets: 10, withheld: 25 },
    ]);
  });
});

describe('a played call that does not end as planned', () => {
  test.each([486, 503])('is reported when the recorder answers %i', async (status) => {
    const { recorder, call, client } = await setUp();
    recorder.rejectWith = status;
    await expect(client.place(call)).rejects.toMatchObject({
      name: 'HoldfastError',
      message: expect.stringContaining(String(status)),
    });
  });

  test('is ended when the recorder accepts it without any line', async () => {
    const { recorder, call, client } = await setUp();
    recorder.refuse = ['1', '2'];
    const ended = once(recorder, 'ended');
    await expect(client.place(call)).rejects.toMatchObject({ code: 'unsupported' });
    await ended;
  });

  test('stops when the recorder hangs up', async () => {
    const { recorder, call, client } = await setUp('tcp', () => gatedPacer(() => recorder.dialog!.bye()));
    const report = await client.place(call);
    expect(report.endedBy).toBe('recorder');
    expect(report.streams[0]?.packets).toBe(10);
  });

  test('hangs up when it is told to, and reports what was sent', async () => {
    const stop = new AbortController();
    const { recorder, call, client } = await setUp('tcp', () => gatedPacer(async () => stop.abort()));
    const report = await client.place({ ...call, signal: stop.signal });
    expect(report).toMatchObject({ endedBy: 'abort', streams: [{ packets: 10 }, { packets: 10 }] });
    expect(recorder.dialog?.state).toBe('ended');
  });

  test.each([
    ['no parties', { parties: [] }],
    ['no audio', { parties: [{ aor: 'a', audio: Buffer.alloc(0) }] }],
    [
      'one label twice',
      {
        parties: [
          { ...ana, label: 'x' },
          { ...ben, label: 'x' },
        ],
      },
    ],
    ['a hold after the end', { hold: { afterMs: 1000, forMs: 1 } }],
    ['an unknown dialect', { dialect: 'klingon' }],
  ])('is not placed at all with %s', async (_what, wrong) => {
    const { recorder, call, client } = await setUp();
    await expect(client.place({ ...call, ...wrong })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(recorder.requests).toEqual([]);
  });
});

/** Time jumps as in `immediatePacer`; after 200 ms of audio `act` runs first. */
function gatedPacer(act: () => Promise<void>): Pacer {
  const inner = immediatePacer();
  let done = false;
  return {
    elapsed: () => inner.elapsed(),
    until: async (ms, signal) => {
      if (ms === 200 && !done) {
        done = true;
        await act();
      }
      await inner.until(ms, signal);
    },
  };
}
