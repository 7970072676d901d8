import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { placePackets } from '../media/timeline.ts';
import { loadShippedRulePack } from '../policy/rule-pack-file.ts';
import { NO_POLICY, rulebookOf, type Rulebook } from '../policy/rulebook.ts';
import type { ConsentRow, VerifiedRulePack } from '../policy/rule-pack.ts';
import { parseSdp } from '../sip/sdp.ts';
import type { Dialog } from '../sip/user-agent.ts';
import { metadataOf, multipart, sdpOffer, type TestLine } from '../siprec/test-support/requests.ts';
import type { ConsentSettings } from './consent-gate.ts';
import { CONSENT_HEADER } from './heard-note.ts';
import {
  firstBytes,
  openRecorderBench,
  TestSender,
  type RecorderBench,
} from './test-support/recorder-bench.ts';

/** Calls over real sockets, one for each outcome: what is stored, what is not, and what the recording says of it. */

const AGENT = { id: 'a', aor: 'sip:+493012345@sbc.example', name: 'Agent', sends: ['1'] };
const CUSTOMER = { id: 'b', aor: 'sip:+14155550100@sbc.example', name: 'Customer', sends: ['2'] };
const GUEST = { id: 'c', aor: 'sip:+14155550199@sbc.example', name: 'Guest', sends: ['3'] };
const OWN_SIDE = { numbers: ['+4930123'], domains: [] };
let pack: VerifiedRulePack;
beforeAll(async () => {
  pack = await loadShippedRulePack();
});

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
});

async function bench(consent: Partial<ConsentSettings>): Promise<RecorderBench> {
  const opened = await openRecorderBench(
    {},
    { announcement: 'with-evidence', ownSide: OWN_SIDE, ...consent },
  );
  open.push(opened);
  return opened;
}

/** A pack in which every place demands the same. */
function everywhere(value: ConsentRow['value'], policy = NO_POLICY): () => Rulebook {
  const model = pack.consent.find(({ id }) => id === pack.defaults.consent)!;
  const rows = ['unknown', 'DE', 'US', 'US-CA'].map((jurisdiction) => ({
    ...model,
    id: jurisdiction === 'unknown' ? model.id : `consent/${jurisdiction.toLowerCase()}-test`,
    status: 'verified' as const,
    jurisdiction,
    value,
  }));
  const rules = rulebookOf({ ...pack, consent: rows }, policy);
  return () => rules;
}

type TestParty = typeof AGENT;

function offer(parties: readonly TestParty[] = [AGENT, CUSTOMER], lines: readonly TestLine[] = []) {
  const labels = parties.flatMap(({ sends }) => sends);
  const asked = labels.map((label) => ({ label, ...lines.find((line) => line.label === label) }));
  return multipart(
    sdpOffer(asked.map((line) => ({ address: '127.0.0.1', ...line }))),
    metadataOf(parties, { labels }),
  );
}

function linesOf(body: Buffer) {
  return parseSdp(body.toString()).media.map(({ port, attributes }) => ({
    port,
    direction: attributes.find(({ name }) => /^(recvonly|inactive)$/.test(name))?.name,
  }));
}

/** Takes every offer of the recorder's; `next` resolves with the next one. */
function answering(dialog: Dialog, answer: () => string) {
  const offers: string[] = [];
  dialog.onRequest = ({ request, respond }) => {
    if (request.method !== 'INVITE') return;
    offers.push(request.body.toString());
    respond(200, { contentType: 'application/sdp', body: Buffer.from(answer()) });
  };
  return offers;
}

/** Sends packets on each line, filled with the number of the line, and waits until all were seen. */
async function speak(recorder: RecorderBench, body: Buffer, count: number): Promise<void> {
  const seen = recorder.verdicts.length;
  const lines = linesOf(body);
  for (const [index, { port }] of lines.entries()) {
    const sender =
      senders.get(`${recorder.spool} ${index}`) ?? (await newSender(`${recorder.spool} ${index}`, index));
    await sender.send(port, { count, fill: index + 1 });
  }
  await recorder.untilSeen(seen + count * lines.length);
}

/** One sender a line of each recorder, so that its sequence goes on. */
const senders = new Map<string, TestSender>();
async function newSender(name: string, line: number): Promise<TestSender> {
  const sender = await TestSender.open(100 + line);
  open.push(sender);
  senders.set(name, sender);
  return sender;
}

const header = (value: string): Record<string, string> => ({ [CONSENT_HEADER]: value });

describe('a call of which only the own side may be recorded', () => {
  test('stores one line, asks the client not to send the other, and says that the gap is no loss', async () => {
    const recorder = await bench({ rules: everywhere('own-side-only') });
    const { dialog, response } = await recorder.invite(offer());
    expect(linesOf(response.body).map(({ direction }) => direction)).toEqual(['recvonly', 'inactive']);
    await speak(recorder, response.body, 10);
    await dialog.bye();
    const { sealed, logs, journal } = await recorder.left();
    expect(logs.map((log) => new Set(firstBytes(log)))).toEqual([new Set([1]), new Set()]);
    expect(logs[1]?.some((entry) => entry.kind === 'rtp' || entry.kind === 'rtcp')).toBe(false);
    expect(logs[1]).toContainEqual(
      expect.objectContaining({ kind: 'event', event: { type: 'paused', why: 'consent' } }),
    );
    expect(sealed.facts.consent).toMatchObject({
      outcome: 'OWN_SIDE_ONLY',
      act: 'store',
      parties: [
        { party: 'party-1', ordinal: 0, label: '1', own: true, stored: true },
        { party: 'party-2', ordinal: 1, label: '2', own: false, stored: false, reason: 'not-own' },
      ],
    });
    expect(sealed.facts.warnings).toContainEqual(
      expect.stringContaining('left out by decision, not by loss'),
    );
    expect(JSON.stringify(journal.filter(({ type }) => type === 'started'))).toContain('OWN_SIDE_ONLY');
    expect(await Array.fromAsync(placePackets(entriesOf(logs[1] ?? [])))).toEqual([]);
  });

  test('is refused where nobody in it is known to be own', async () => {
    const recorder = await bench({ rules: everywhere('own-side-only'), ownSide: undefined });
    await expect(recorder.invite(offer())).rejects.toThrow(/403/);
  });

  test('stores nothing of a mixed line, and nothing of a line until its party is named', async () => {
    const recorder = await bench({ rules: everywhere('own-side-only') });
    const mixed = [AGENT, { ...CUSTOMER, sends: ['1'] }];
    await expect(recorder.invite(offer(mixed))).rejects.toThrow(/403/);
    const sdp = sdpOffer(['1', '2'].map((label) => ({ label, address: '127.0.0.1' })));
    const { dialog, response } = await recorder.invite({ contentType: 'application/sdp', body: sdp });
    await speak(recorder, response.body, 5);
    expect(recorder.recorder.calls().map(({ state }) => state)).toEqual(['waiting']);
    await dialog.request('UPDATE', {
      contentType: 'application/rs-metadata+xml',
      body: Buffer.from(metadataOf([AGENT, CUSTOMER])),
    });
    await speak(recorder, response.body, 7);
    await dialog.bye();
    const { logs } = await recorder.left();
    expect(logs.map((log) => firstBytes(log))).toEqual([Array(7).fill(1), []]);
  });
});

describe('a call that needs assent', () => {
  const assent = () => ({ rules: everywhere('all-party') });

  test('stores nothing before each party has agreed, and everything after', async () => {
    const recorder = await bench(assent());
    const { dialog, response } = await recorder.invite(offer(), header('assented;line=1'));
    await speak(recorder, response.body, 10);
    await dialog.request('INFO', {
      headers: header(`assented;line=2;prompt=welcome-7;sha256=${'ab'.repeat(32)};language=de`),
    });
    await speak(recorder, response.body, 5);
    await dialog.bye();
    const { sealed, logs, journal } = await recorder.left();
    expect(logs.map((log) => firstBytes(log))).toEqual([Array(5).fill(1), Array(5).fill(2)]);
    expect(sealed.facts).toMatchObject({
      neverPermitted: false,
      consent: { outcome: 'ASSENT', act: 'store' },
    });
    expect(sealed.facts.notes.map(({ note, parties }) => [note.kind, note.prompt?.id, parties])).toEqual([
      ['assented', undefined, ['party-1']],
      ['assented', 'welcome-7', ['party-2']],
    ]);
    // The permission stands on the disk before the first frame that rests on it.
    const kinds = journal.flatMap((entry) => (entry.type === 'consent' ? [entry.consent.act] : []));
    expect(kinds).toEqual(['store']);
  });

  test('takes the preference of a recording-aware party for its answer, and a repetition for no new one', async () => {
    const recorder = await bench(assent());
    const on = { extra: ['a=recordpref:on'] };
    const both = [
      { label: '1', ...on },
      { label: '2', ...on },
    ];
    const { dialog, response } = await recorder.invite(offer(undefined, both));
    await speak(recorder, response.body, 3);
    expect(recorder.verdicts.at(-1)).toBe('accepted');
    await dialog.request('INFO', { headers: header('withdrawn;line=2') });
    await recorder.left();
    await expect(dialog.request('INVITE', offer(undefined, both))).rejects.toThrow();
  });

  test('ends when nobody answers in time, and leaves nothing of the call', async () => {
    const recorder = await bench({ ...assent(), waitMs: 50 });
    await recorder.invite(offer());
    const { sealed, journal } = await recorder.left();
    expect(sealed.facts).toMatchObject({ neverPermitted: true, consent: { act: 'end' } });
    expect(journal.some(({ type }) => type === 'ended')).toBe(true);
  });

  test('goes on with those who agreed where the others are left out', async () => {
    const recorder = await bench({ ...assent(), withoutConsent: 'leave-out' });
    const { dialog, response } = await recorder.invite(offer(), header('assented;line=1'));
    const offers = answering(dialog, () => sdpOffer([{ label: '1' }, { label: '2', direction: 'inactive' }]));
    await speak(recorder, response.body, 4);
    await dialog.request('INFO', { headers: header('refused;line=2') });
    await speak(recorder, response.body, 4);
    while (offers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(linesOf(Buffer.from(offers[0] ?? '')).map(({ direction }) => direction)).toEqual([
      'recvonly',
      'inactive',
    ]);
    await dialog.bye();
    const { logs, sealed } = await recorder.left();
    expect(logs.map((log) => firstBytes(log))).toEqual([Array(8).fill(1), []]);
    expect(sealed.facts.consent).toMatchObject({
      outcome: 'OWN_SIDE_ONLY',
      parties: [{ stored: true }, { stored: false, reason: 'refused' }],
    });
  });
});

describe('in the middle of a call', () => {
  test('a party who joins stops the storing until it has agreed too', async () => {
    const recorder = await bench({ rules: everywhere('all-party') });
    const { dialog, response } = await recorder.invite(offer(), header('assented'));
    await speak(recorder, response.body, 3);
    const joined = await dialog.request('INVITE', offer([AGENT, CUSTOMER, GUEST]));
    await speak(recorder, joined.body, 4);
    expect(recorder.recorder.calls().map(({ state }) => state)).toEqual(['waiting']);
    await dialog.request('INFO', { headers: header('assented;line=3') });
    await speak(recorder, joined.body, 5);
    await dialog.bye();
    const { logs } = await recorder.left();
    expect(logs.map((log) => firstBytes(log).length)).toEqual([8, 8, 5]);
  });

  test('a withdrawal ends what rests on consent, and not what the law demands and asks nobody for', async () => {
    for (const mandated of [false, true]) {
      const recorder = await bench({ rules: everywhere('one-party'), mandated });
      const { dialog, response } = await recorder.invite(offer());
      await speak(recorder, response.body, 3);
      const [{ recordingId } = { recordingId: '' }] = recorder.recorder.calls();
      const verdict = await recorder.recorder.noteConsent(recordingId, {
        about: { label: '2' },
        atMs: Date.now(),
        note: {
          id: recordingId,
          kind: 'withdrawn',
          at: new Date().toISOString(),
          purpose: null,
          source: 'api',
        },
      });
      expect(verdict?.act).toBe(mandated ? 'store' : 'end');
      if (mandated) await dialog.bye();
      const { logs } = await recorder.left();
      expect(logs.map((log) => firstBytes(log))).toEqual([Array(3).fill(1), Array(3).fill(2)]);
    }
  });

  test('a transfer to somebody who may not be recorded leaves the line out from then on', async () => {
    const recorder = await bench({
      rules: everywhere('own-side-only'),
      ownSide: { numbers: ['+4930123', '+14155550100'], domains: [] },
    });
    const { dialog, response } = await recorder.invite(offer());
    await speak(recorder, response.body, 3);
    const again = await dialog.request('INVITE', offer([AGENT, { ...GUEST, sends: ['2'] }]));
    expect(linesOf(again.body).map(({ direction }) => direction)).toEqual(['recvonly', 'inactive']);
    await speak(recorder, again.body, 4);
    await dialog.bye();
    const { logs } = await recorder.left();
    expect(logs.map((log) => firstBytes(log).length)).toEqual([7, 3]);
  });
});

describe('the other outcomes', () => {
  test.each([
    ['prohibited', false, 'DO_NOT_RECORD'],
    ['prohibited', true, 'REFUSE_CALL'],
    ['all-party', false, 'ASSENT'],
    ['announce', false, 'ANNOUNCE'],
    ['notice-or-tone', false, 'TONE'],
  ] as const)(
    '%s, mandated %s: the session is refused with %s named, where nobody tells the parties',
    async (value, mandated, outcome) => {
      const recorder = await bench({ rules: everywhere(value), mandated, announcement: 'none' });
      const refused = recorder.invite(offer());
      await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('403') });
      await refused.catch((error: { response?: { headers: { get(name: string): string | undefined } } }) => {
        const warning = error.response?.headers.get('Warning');
        if (warning !== undefined) expect(warning).toContain(outcome);
      });
    },
  );

  test('a tone is enough where the law asks for one, and an announcement where it asks for that', async () => {
    const recorder = await bench({ rules: everywhere('notice-or-tone') });
    const toned = await recorder.invite(offer(), header('tone'));
    expect(recorder.recorder.calls().map(({ state }) => state)).toEqual(['recording']);
    await toned.dialog.bye();
    const announced = await bench({ rules: everywhere('announce') });
    const { dialog } = await announced.invite(offer(), header('tone'));
    expect(announced.recorder.calls().map(({ state }) => state)).toEqual(['waiting']);
    await dialog.request('INFO', { headers: header('announced') });
    expect(announced.recorder.calls().map(({ state }) => state)).toEqual(['recording']);
    await dialog.bye();
  });

  test('a pause keeps the session and stores nothing', async () => {
    const recorder = await bench({ rules: everywhere('pause'), announcement: 'by-recording-client' });
    const { dialog, response } = await recorder.invite(offer());
    await speak(recorder, response.body, 3);
    await dialog.bye();
    const { sealed, logs } = await recorder.left();
    expect(sealed.facts.neverPermitted).toBe(true);
    expect(logs.map((log) => firstBytes(log))).toEqual([[], []]);
  });

  test.each([
    ['block', 'refused'],
    ['tag', 'stored'],
    ['own-side', 'one side'],
    ['person', 'stored'],
  ] as const)(
    'a conflict of residency across borders: %s is %s, with its reasons',
    async (crossBorder, what) => {
      const recorder = await bench({
        rules: everywhere('one-party', {
          ...NO_POLICY,
          residency: [{ id: 'tenant/us-at-home', party: 'US', store: ['US'] }],
        }),
        crossBorder,
        residency: {
          region: 'eu-central',
          regions: [{ id: 'eu-central', jurisdiction: 'DE' }],
        },
      });
      if (what === 'refused') {
        await expect(recorder.invite(offer())).rejects.toThrow(/403/);
        return;
      }
      const { dialog, response } = await recorder.invite(offer());
      await speak(recorder, response.body, 3);
      await dialog.bye();
      const { sealed, logs } = await recorder.left();
      expect(logs.map((log) => firstBytes(log).length)).toEqual(what === 'stored' ? [3, 3] : [3, 0]);
      expect(sealed.facts.consent.conflict).toMatchObject({
        kinds: ['residency'],
        act: crossBorder,
        rules: expect.arrayContaining(['tenant/us-at-home']),
      });
    },
  );
});

async function* entriesOf<T>(entries: readonly T[]): AsyncGenerator<T> {
  yield* entries;
}
