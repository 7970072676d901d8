import { afterEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { buildOwnOffer } from '../delayed-offer.ts';
import { buildMetadataRequest } from '../metadata-request.ts';
import { OFFER_FORMS, type CallOptions } from './call-options.ts';
import { clientDialects, clientForm } from './signalling/client-dialect.ts';
import { closeAll, setUp, speech } from './test-support/set-up.ts';
import type { CallStep } from './scenario/call-step.ts';

afterEach(closeAll);

const sha256 = (audio: Buffer) => createHash('sha256').update(audio).digest('hex');
const ana = { aor: 'sip:ana@example.com', name: 'Ana', audio: speech(1000, 3) };
const ben = { aor: '+15550100', audio: speech(700, 5) };
const parties = [ana, ben];
const at = (atMs: number, act: () => Promise<void>): CallStep => ({ atMs, do: 'run', act });

describe('a played call', () => {
  test.each([
    ['udp', '127.0.0.1'],
    ['tcp', '127.0.0.1'],
    ['tls', '127.0.0.1'],
    ['udp', '::1'],
    ['tcp', '::1'],
  ] as const)(
    'reaches the recorder over %s at %s with every octet of every party',
    async (transport, host) => {
      const { recorder, client, call } = await setUp({ transport, host });
      const report = await client.place({ ...call, parties, callId: 'call-1' });
      expect(report.streams).toMatchObject([
        {
          label: '1',
          packets: 50,
          sha256: sha256(ana.audio),
          withheld: 0,
          labelEchoed: true,
          lostPackets: 0,
        },
        { label: '2', packets: 35, sha256: sha256(ben.audio), withheld: 0, labelEchoed: true, sendErrors: 0 },
      ]);
      expect((await recorder.received('1', 50)).digest()).toBe(sha256(ana.audio));
      expect((await recorder.received('2', 35)).digest()).toBe(sha256(ben.audio));
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
    },
  );

  test('tells what happens, in order', async () => {
    const { client, call, events } = await setUp();
    await client.place({ ...call, parties });
    expect(events.map((event) => event.type)).toEqual(['inviting', 'answered', 'ended']);
  });

  test('takes as long as it lasts when it is sent in real time', async () => {
    const { recorder, client, call } = await setUp({ transport: 'udp', realTime: true });
    const before = performance.now();
    await client.place({ ...call, parties: [{ ...ana, audio: speech(200, 3) }] });
    // Ten packets: the last one is sent 180 ms after the first, and the call ends 20 ms later.
    expect(performance.now() - before).toBeGreaterThan(195);
    await recorder.received('1', 10);
  });

  test('sends nothing on a line that the recorder refused, and says so', async () => {
    const { recorder, client, call } = await setUp();
    recorder.refuse = ['2'];
    const { streams } = await client.place({ ...call, parties });
    expect(streams[1]).toMatchObject({ packets: 0, withheld: 35, target: undefined });
    expect((await recorder.received('1', 50)).packets).toBe(50);
  });

  test('tries the next target when one refuses, and tells what that one said', async () => {
    const { recorder, client, call, events } = await setUp();
    const full = await setUp();
    full.recorder.rejectWith = 503;
    const target = [full.call.target, call.target].flat();
    const report = await client.place({ ...call, target, parties });
    expect(report.target).toBe(target[1]);
    expect(events).toContainEqual({ type: 'passed-on', target: target[0], status: 503 });
    expect(recorder.requests).toEqual(['INVITE']);
  });
});

describe('a played call that is challenged', () => {
  const challenge = { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256' };

  test('answers with its credentials', async () => {
    const { recorder, client, call } = await setUp();
    recorder.admit = ({ headers }) =>
      headers.has('Authorization') ? undefined : { status: 401, headers: challenge };
    await client.place({ ...call, parties, credentials: { username: 'sbc', password: 'p' } });
    const answer = recorder.offers[0]?.request.headers.get('Authorization');
    expect(answer).toMatch(/username="sbc".*response="[0-9a-f]{64}"/);
  });

  test('fails without any, and says with which status', async () => {
    const { recorder, client, call } = await setUp();
    recorder.admit = () => ({ status: 401, headers: challenge });
    await expect(client.place({ ...call, parties })).rejects.toMatchObject({ sipStatus: 401 });
  });
});

describe('a played call in the dialect', () => {
  test.each(clientDialects())('%s is understood', async (dialect) => {
    const { recorder, client, call } = await setUp();
    const { streams } = await client.place({ ...call, parties, dialect });
    const form = clientForm(dialect);
    expect(recorder.offers[0]?.dialect).toBe(dialect);
    const mixed = form.lines === 'mixed';
    expect(streams.map(({ packets }) => packets)).toEqual(mixed ? [50] : [50, 35]);
    for (const { target, packets, sha256: sent } of streams) {
      const [key] = [...recorder.lines].find(([, line]) => line.port === target?.port)!;
      expect((await recorder.received(key, packets)).digest()).toBe(sent);
    }
    if (form.dialogs === 'per-line') return;
    expect(recorder.session.parties().map(({ aor }) => aor?.match(/ana|15550100/)?.[0])).toEqual([
      'ana',
      '15550100',
    ]);
  });
});

describe('the offer of a played call', () => {
  test.each(OFFER_FORMS)(
    'in the form %s brings all audio, and the parties where it has metadata',
    async (offer) => {
      const { recorder, client, call } = await setUp();
      const { streams } = await client.place({ ...call, parties, offer });
      expect((await recorder.received('1', 50)).digest()).toBe(streams[0]!.sha256);
      expect((await recorder.received('2', 35)).digest()).toBe(sha256(ben.audio));
      const requests = { delayed: ['INVITE', 'ACK'], 'metadata-later': ['INVITE', 'UPDATE'] }[
        offer as string
      ];
      expect(recorder.requests).toEqual(requests ?? ['INVITE']);
      const fromMetadata = recorder.session.parties().filter(({ source }) => source === 'metadata');
      expect(fromMetadata).toHaveLength(offer === 'sdp' ? 0 : 2);
    },
  );

  test('asks for a session timer, so that a dead call ends', async () => {
    const { recorder, client, call } = await setUp();
    await client.place({ ...call, parties });
    expect(recorder.offers[0]?.request.headers.get('Session-Expires')).toMatch(/^\d+/);
  });
});

describe('in mid-call', () => {
  test('a hold and its end are offered, its silence as long on the media clock as in the call', async () => {
    const { recorder, client, call, events } = await setUp();
    const report = await client.place({ ...call, parties, hold: { afterMs: 400, forMs: 3000 } });
    const changes = recorder.changes.slice(1);
    expect(changes.map((change) => change.streamsChanged.map((item) => item.changes))).toEqual([
      [['hold'], ['hold']],
      [['resume'], ['resume']],
    ]);
    expect(changes.flatMap((change) => [...change.partiesJoined, ...change.partiesLeft])).toEqual([]);
    const line = await recorder.received('1', 50);
    const steps = line.timestamps
      .slice(1)
      .map((timestamp, index) => (timestamp - line.timestamps[index]! + 2 ** 32) % 2 ** 32);
    expect(steps.filter((step) => step !== 160)).toEqual([(3000 + 20) * 8]);
    expect(line.digest()).toBe(report.streams[0]?.sha256);
    expect(events.map((event) => event.type)).toEqual(['inviting', 'answered', 'held', 'resumed', 'ended']);
  });

  test.each([
    ['inactive', ['inactive', false]],
    ['null-address', ['sendonly', true]],
    ['both', ['inactive', true]],
    ['sendonly', ['sendonly', false]],
  ] as const)('a hold may be said as %s', async (as, [direction, nullAddress]) => {
    const { recorder, client, call } = await setUp();
    await client.place({
      ...call,
      parties,
      steps: [
        { atMs: 400, do: 'hold', as, by: 'UPDATE' },
        { atMs: 600, do: 'resume', by: 'UPDATE' },
      ],
    });
    const held = recorder.offers[1]!.streams[0]!;
    expect([held.direction, held.address === '0.0.0.0']).toEqual([direction, nullAddress]);
    expect(recorder.requests).toEqual(['INVITE', 'UPDATE', 'UPDATE']);
    await recorder.received('1', 50);
  });

  test('a transfer puts another party on the line, from other ports', async () => {
    const { recorder, client, call } = await setUp();
    const to = { aor: 'sip:carla@example.com', audio: speech(300, 9) };
    const report = await client.place({
      ...call,
      parties,
      steps: [{ atMs: 400, do: 'transfer', member: 1, to, newPorts: true }],
    });
    const line = await recorder.received('2', 20 + 15);
    expect(line.digest()).toBe(report.streams[1]?.sha256);
    expect(line.sources.size).toBe(2);
    expect(recorder.session.parties().map(({ label, aor, leftAt }) => [label, aor, leftAt])).toMatchObject([
      ['1', ana.aor, 3],
      ['2', ben.aor, 2],
      ['2', to.aor, 3],
    ]);
  });

  test('a third party joins on a line of its own and another leaves', async () => {
    const { recorder, client, call } = await setUp();
    const party = { aor: 'sip:carla@example.com', audio: speech(300, 9) };
    const { streams } = await client.place({
      ...call,
      parties,
      steps: [
        { atMs: 400, do: 'join', party },
        { atMs: 500, do: 'leave', member: 1 },
      ],
    });
    expect(streams.map(({ packets }) => packets)).toEqual([50, 25, 15]);
    expect((await recorder.received('3', 15)).digest()).toBe(sha256(party.audio));
    expect(
      recorder.changes.map((change) => change.streamsRemoved.map(({ offered }) => offered.label)),
    ).toEqual([[], [], ['2']]);
    expect(recorder.session.parties().map(({ label, leftAt }) => [label, leftAt])).toMatchObject([
      ['1', 4],
      ['2', 3],
      ['3', 4],
    ]);
  });

  test('two parties may share a line', async () => {
    const { recorder, client, call } = await setUp();
    const party = { aor: 'sip:carla@example.com', audio: Buffer.alloc(0) };
    await client.place({ ...call, parties, steps: [{ atMs: 400, do: 'join', party, onLineOf: 0 }] });
    expect(recorder.session.parties().map(({ label, aor }) => [label, aor])).toEqual([
      ['1', ana.aor],
      ['2', ben.aor],
      ['1', party.aor],
    ]);
  });

  test('another source takes over a line, with numbers of its own', async () => {
    const { recorder, client, call } = await setUp();
    const { streams } = await client.place({
      ...call,
      parties,
      steps: [{ atMs: 400, do: 'ssrc', member: 0 }],
    });
    const line = await recorder.received('1', 50);
    expect(streams[0]?.sources.map(({ packets }) => packets)).toEqual([20, 30]);
    expect([...new Set(line.arrived.map(({ ssrc }) => ssrc))]).toEqual(
      streams[0]?.sources.map(({ ssrc }) => ssrc),
    );
    expect(line.digest()).toBe(streams[0]?.sha256);
  });

  test.each(['complete', 'partial'] as const)(
    '%s metadata goes out alone and changes nobody',
    async (mode) => {
      const { recorder, client, call } = await setUp();
      await client.place({ ...call, parties, steps: [{ atMs: 400, do: 'metadata', mode }] });
      expect(recorder.offers[1]?.metadata?.document?.metadata.dataMode).toBe(mode);
      const { partiesJoined, partiesLeft, warnings } = recorder.changes[1]!;
      expect([partiesJoined, partiesLeft, warnings]).toEqual([[], [], []]);
    },
  );

  test('a request for a metadata snapshot is granted', async () => {
    const { recorder, client, call, events } = await setUp();
    const ask = async (): Promise<void> => {
      const updated = once(recorder, 'updated');
      const { contentType, body } = buildMetadataRequest('a partial update was lost');
      expect((await recorder.dialog!.request('UPDATE', { contentType, body })).status).toBe(200);
      await updated;
    };
    await client.place({ ...call, parties, steps: [at(200, ask)] });
    expect(recorder.offers[1]?.metadata?.document?.metadata.dataMode).toBe('complete');
    expect(events.map(({ type }) => type)).toContain('snapshot');
  });

  test('what is said while the recorder pauses a line is withheld', async () => {
    const { recorder, client, call } = await setUp();
    const pause = async (): Promise<void> => {
      const lines = ['1', '2'].map((label) => ({
        label,
        address: '127.0.0.1',
        port: recorder.lines.get(label)!.port,
      }));
      const paused = buildOwnOffer(lines, { sessionId: '7', version: 50 }).replace(
        /a=recvonly\r\na=label:2/,
        'a=inactive\r\na=label:2',
      );
      const body = Buffer.from(paused);
      const response = await recorder.dialog!.request('INVITE', { contentType: 'application/sdp', body });
      expect(response.status).toBe(200);
    };
    const { streams } = await client.place({ ...call, parties, steps: [at(200, pause)] });
    expect(streams).toMatchObject([
      { packets: 50, withheld: 0 },
      { packets: 10, withheld: 25 },
    ]);
  });
});

describe('a played call that does not end as planned', () => {
  test.each([486, 503])('is reported when the recorder answers %i', async (status) => {
    const { recorder, client, call } = await setUp();
    recorder.rejectWith = status;
    await expect(client.place({ ...call, parties })).rejects.toMatchObject({
      name: 'HoldfastError',
      message: expect.stringContaining(String(status)),
      sipStatus: status,
    });
  });

  test('is ended when the recorder accepts it without any line', async () => {
    const { recorder, client, call } = await setUp();
    recorder.refuse = ['1', '2'];
    const ended = once(recorder, 'ended');
    await expect(client.place({ ...call, parties })).rejects.toMatchObject({ code: 'unsupported' });
    await ended;
  });

  test('stops when the recorder hangs up', async () => {
    const { recorder, client, call } = await setUp();
    const report = await client.place({ ...call, parties, steps: [at(200, () => recorder.dialog!.bye())] });
    expect(report.endedBy).toBe('recorder');
    expect(report.streams[0]?.packets).toBe(10);
  });

  test('hangs up when it is told to, and reports what was sent', async () => {
    const stop = new AbortController();
    const { recorder, client, call } = await setUp();
    const abort = async (): Promise<void> => stop.abort();
    const report = await client.place({ ...call, parties, signal: stop.signal, steps: [at(200, abort)] });
    expect(report).toMatchObject({ endedBy: 'abort', streams: [{ packets: 10 }, { packets: 10 }] });
    expect(recorder.dialog?.state).toBe('ended');
  });

  test.each<[string, Partial<CallOptions>]>([
    ['no parties', { parties: [] }],
    ['no audio', { parties: [{ aor: 'a', audio: Buffer.alloc(0) }] }],
    ['one label twice', { parties: parties.map((party) => ({ ...party, label: 'x' })) }],
    ['a hold after the end', { hold: { afterMs: 1000, forMs: 1 } }],
    ['an unknown dialect', { dialect: 'klingon' }],
    ['a share of loss beyond all packets', { impairments: { seed: 1, lossPercent: 101 } }],
    ['a step before the beginning', { steps: [{ atMs: -1, do: 'ports' }] }],
  ])('is not placed at all with %s', async (_what, wrong) => {
    const { recorder, client, call } = await setUp();
    await expect(client.place({ ...call, parties, ...wrong })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect(recorder.requests).toEqual([]);
  });
});
