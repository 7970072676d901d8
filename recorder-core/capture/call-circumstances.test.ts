import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { loadShippedRulePack } from '../policy/rule-pack-file.ts';
import { rulebookOf, type Rulebook } from '../policy/rulebook.ts';
import type { ConsentRow, VerifiedRulePack } from '../policy/rule-pack.ts';
import type { SignRules } from '../policy/call-signs.ts';
import { parseSdp } from '../sip/sdp.ts';
import { metadataOf, multipart, sdpOffer } from '../siprec/test-support/requests.ts';
import type { ConsentSettings } from './consent-gate.ts';
import { CONSENT_HEADER } from './heard-note.ts';
import { CIRCUMSTANCE_HEADER } from './signs-in.ts';
import {
  firstBytes,
  openRecorderBench,
  TestSender,
  type RecorderBench,
} from './test-support/recorder-bench.ts';

/** Calls over real sockets whose circumstances and purposes decide: how they are known, and what is stored of the call. */

const AGENT = { id: 'a', aor: 'sip:+493012345@sbc.example', sends: ['1'] };
const CUSTOMER = { id: 'b', aor: 'sip:+14155550100@sbc.example', sends: ['2'] };
const RULES: SignRules = {
  circumstances: [
    { circumstance: 'payment-card', headers: [{ name: 'X-Card-Entry', values: ['on'], ends: ['off'] }] },
    { circumstance: 'emergency', numbers: ['112'] },
    { circumstance: 'minor', metadata: [{ name: 'ageGroup', values: ['child'] }] },
  ],
  purposes: [
    { purpose: 'health', numbers: ['+49 30 99'], headers: [{ name: 'X-Queue', values: ['nurse-line'] }] },
    { purpose: 'finance', departments: ['Treasury'] },
  ],
};

let pack: VerifiedRulePack;
beforeAll(async () => {
  pack = await loadShippedRulePack();
});
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
});

/** One party is enough everywhere, and the shipped rows for circumstances and some for purposes stand beside that. */
function law(): () => Rulebook {
  const model = pack.consent.find(({ id }) => id === pack.defaults.consent)!;
  const row = (id: string, jurisdiction: string, change: Partial<ConsentRow>): ConsentRow => ({
    ...model,
    id,
    jurisdiction,
    value: 'one-party',
    status: 'verified',
    ...change,
  });
  const rules = rulebookOf({
    ...pack,
    consent: [
      ...['unknown', 'DE', 'US', 'US-CA'].map((place) =>
        row(place === 'unknown' ? model.id : `consent/${place.toLowerCase()}-test`, place, {}),
      ),
      ...pack.consent.filter(({ circumstance }) => circumstance !== undefined),
      row('consent/health-test', '*', { purposes: ['health'], value: 'all-party' }),
      row('consent/finance-test', '*', { purposes: ['finance'], value: 'prohibited' }),
    ],
  });
  return () => rules;
}

async function bench(consent: Partial<ConsentSettings> = {}, department?: string): Promise<RecorderBench> {
  const opened = await openRecorderBench(department === undefined ? {} : { marks: { department } }, {
    announcement: 'with-evidence',
    rules: law(),
    signs: RULES,
    ...consent,
  });
  open.push(opened);
  return opened;
}

function offer(parties: readonly (typeof AGENT)[] = [AGENT, CUSTOMER], extension = '') {
  const labels = parties.flatMap(({ sends }) => sends);
  const metadata = metadataOf(parties, { labels }).replace('</recording>', `${extension}</recording>`);
  return multipart(sdpOffer(labels.map((label) => ({ label, address: '127.0.0.1' }))), metadata);
}

/** Sends packets on each line and waits until all were seen. */
async function speak(recorder: RecorderBench, body: Buffer, count: number, fill: number): Promise<void> {
  const seen = recorder.verdicts.length;
  const { media } = parseSdp(body.toString());
  for (const [line, { port }] of media.entries()) {
    const name = `${recorder.spool} ${line}`;
    const sender = senders.get(name) ?? (await TestSender.open(100 + line));
    if (!senders.has(name)) open.push(sender);
    senders.set(name, sender);
    await sender.send(port, { count, fill });
  }
  await recorder.untilSeen(seen + count * media.length);
}
const senders = new Map<string, TestSender>();

const stateOf = ({ recorder }: RecorderBench) => recorder.calls().map(({ state }) => state);

describe('card data in a running call', () => {
  test.each([
    [
      'the header that every recorder reads',
      { [CIRCUMSTANCE_HEADER]: 'payment-card' },
      { [CIRCUMSTANCE_HEADER]: 'payment-card;ends' },
    ],
    ['a header of the recorder’s file', { 'X-Card-Entry': 'On' }, { 'X-Card-Entry': 'off' }],
  ])('is known by %s: nothing is stored of it, and all before and after', async (_how, begins, ends) => {
    const recorder = await bench({ mandated: true });
    const { dialog, response } = await recorder.invite(offer());
    await speak(recorder, response.body, 4, 1);
    await dialog.request('INFO', { headers: begins });
    expect(stateOf(recorder)).toEqual(['waiting']);
    await speak(recorder, response.body, 5, 2);
    await dialog.request('INFO', { headers: begins }); // said again, it is no news
    await dialog.request('INFO', { headers: ends });
    expect(stateOf(recorder)).toEqual(['recording']);
    await speak(recorder, response.body, 6, 3);
    await dialog.bye();
    const { sealed, logs, journal } = await recorder.left();
    const stored = [...Array<number>(4).fill(1), ...Array<number>(6).fill(3)];
    expect(logs.map((log) => firstBytes(log))).toEqual([stored, stored]);
    const decisions = journal.flatMap((entry) => (entry.type === 'consent' ? [entry.consent] : []));
    expect(decisions.map(({ outcome, act }) => [outcome, act])).toEqual([
      ['PAUSE', 'wait'],
      ['RECORD', 'store'],
    ]);
    const [by] = Object.keys(begins);
    expect(decisions[0]).toMatchObject({
      circumstances: [{ circumstance: 'payment-card', by: `header ${by}` }],
      rules: [
        expect.objectContaining({
          id: 'consent/pci-dss-3.3.1',
          detail: 'pause for call in * under payment-card',
        }),
      ],
    });
    expect(decisions[0]?.reasons).toContain(`The circumstance payment-card is known by: header ${by}.`);
    expect(decisions[1]?.circumstances).toBeUndefined();
    expect(journal.flatMap((entry) => (entry.type === 'circumstance' ? [entry.state] : []))).toEqual([
      'begins',
      'ends',
    ]);
    expect(sealed.facts.signs.circumstances).toEqual(['payment-card']);
    expect(sealed.facts.warnings).toEqual([expect.stringContaining('because a rule demanded a pause')]);
  });

  test('is known by who tells the recorder, and a party who joins meanwhile lifts no pause', async () => {
    const recorder = await bench();
    const { dialog, response } = await recorder.invite(offer());
    await speak(recorder, response.body, 3, 1);
    const [{ recordingId } = { recordingId: '' }] = recorder.recorder.calls();
    const tell = (state: 'begins' | 'ends') =>
      recorder.recorder.noteCircumstance(recordingId, { circumstance: 'payment-card', state, by: 'api' });
    expect(await tell('begins')).toMatchObject({ act: 'wait' });
    expect(await tell('begins')).toBeUndefined();
    const guest = { id: 'c', aor: 'sip:+14155550199@sbc.example', sends: ['3'] };
    const joined = await dialog.request('INVITE', offer([AGENT, CUSTOMER, guest]));
    await speak(recorder, joined.body, 4, 2);
    expect(await tell('ends')).toMatchObject({ act: 'store' });
    await speak(recorder, joined.body, 5, 3);
    await dialog.bye();
    const { logs } = await recorder.left();
    expect(logs.map((log) => new Set(firstBytes(log)))).toEqual([
      new Set([1, 3]),
      new Set([1, 3]),
      new Set([3]),
    ]);
  });
});

describe('an emergency call', () => {
  test.each([
    ['its priority', { Priority: 'emergency' }, offer()],
    ['a resource priority', { 'Resource-Priority': 'esnet.0' }, offer()],
    ['the service that a header names', { 'History-Info': '<urn:service:sos.police>;index=1' }, offer()],
    ['the service as a party', {}, offer([AGENT, { ...CUSTOMER, aor: 'urn:service:sos' }])],
    ['a number of the recorder’s file', {}, offer([AGENT, { ...CUSTOMER, aor: 'sip:112@sbc.example' }])],
  ])(
    'is known by %s and is not recorded, and never refused as a call, also where recording is mandated',
    async (_how, headers, body) => {
      for (const mandated of [false, true]) {
        const recorder = await bench({ mandated });
        await expect(recorder.invite(body, headers)).rejects.toThrow(/403/);
        expect(recorder.refusals).toMatchObject([
          {
            outcome: 'DO_NOT_RECORD',
            circumstances: [{ circumstance: 'emergency' }],
            rules: expect.arrayContaining([expect.objectContaining({ id: 'consent/emergency' })]),
          },
        ]);
      }
    },
  );

  test('is known as well by what comes with the answer to an offer that was left to the recorder', async () => {
    const recorder = await bench();
    const parties = [AGENT, { ...CUSTOMER, aor: 'urn:service:sos' }];
    await recorder.invite(undefined, {}, ({ body }) => {
      const labels = parseSdp(body.toString()).media.map(
        ({ attributes }) => attributes.find(({ name }) => name === 'label')?.value ?? '',
      );
      const lines = labels.map((label) => ({ label, address: '127.0.0.1', direction: 'sendonly' }));
      const named = parties.map((party, line) => ({ ...party, sends: [labels[line] ?? ''] }));
      return multipart(sdpOffer(lines), metadataOf(named, { labels }));
    });
    const { sealed } = await recorder.left();
    expect(sealed.facts.signs.circumstances).toEqual(['emergency']);
    expect(sealed.facts.consent).toMatchObject({ outcome: 'DO_NOT_RECORD', act: 'end' });
  });

  test('that turns out to be one ends the recording, which says why', async () => {
    const recorder = await bench();
    const { dialog, response } = await recorder.invite(offer());
    await speak(recorder, response.body, 3, 1);
    await dialog.request('INFO', { headers: { Priority: 'emergency' } });
    const { sealed } = await recorder.left();
    expect(sealed.facts.consent).toMatchObject({
      outcome: 'DO_NOT_RECORD',
      act: 'end',
      circumstances: [{ circumstance: 'emergency', by: 'header Priority' }],
    });
  });
});

describe('a minor in the call', () => {
  test('is known by metadata, and then each party is asked', async () => {
    const recorder = await bench();
    const age = '<x:data xmlns:x="urn:example:crm"><x:ageGroup>Child</x:ageGroup></x:data>';
    const { dialog, response } = await recorder.invite(offer(undefined, age));
    expect(stateOf(recorder)).toEqual(['waiting']);
    await speak(recorder, response.body, 3, 1);
    await dialog.request('INFO', { headers: { [CONSENT_HEADER]: 'assented' } });
    await speak(recorder, response.body, 4, 2);
    await dialog.bye();
    const { sealed, logs } = await recorder.left();
    expect(logs.map((log) => firstBytes(log))).toEqual([Array(4).fill(2), Array(4).fill(2)]);
    expect(sealed.facts.consent).toMatchObject({
      outcome: 'ASSENT',
      circumstances: [{ circumstance: 'minor', by: 'metadata ageGroup' }],
    });
  });
});

describe('a call for a further purpose', () => {
  test.each([
    ['a number in it', {}, [AGENT, { ...CUSTOMER, aor: 'tel:+49-30-99123' }]],
    ['its queue', { 'X-Queue': 'Nurse-Line' }, [AGENT, CUSTOMER]],
  ])(
    'is known by %s: the rows of that purpose bind as well, and consent is needed for each',
    async (_how, headers, parties) => {
      const recorder = await bench();
      const { dialog } = await recorder.invite(offer(parties), headers);
      expect(stateOf(recorder)).toEqual(['waiting']);
      await dialog.request('INFO', { headers: { [CONSENT_HEADER]: 'assented;purpose=business-record' } });
      expect(stateOf(recorder)).toEqual(['waiting']);
      await dialog.request('INFO', { headers: { [CONSENT_HEADER]: 'assented;purpose=health' } });
      expect(stateOf(recorder)).toEqual(['recording']);
      await dialog.bye();
      const { sealed } = await recorder.left();
      expect(sealed.facts.consent).toMatchObject({ purpose: 'business-record', alsoFor: ['health'] });
      expect(sealed.facts.consent.reasons).toContain('The call is also for: health.');
      expect(sealed.facts.signs.purposes).toEqual(['health']);
    },
  );

  test('keeps that purpose when a transfer takes the number out of the call', async () => {
    const recorder = await bench({ announcement: 'by-recording-client' });
    const { dialog } = await recorder.invite(offer([AGENT, { ...CUSTOMER, aor: 'tel:+493099123' }]));
    await dialog.request('INVITE', offer());
    await dialog.bye();
    expect((await recorder.left()).sealed.facts.consent).toMatchObject({
      outcome: 'ASSENT',
      alsoFor: ['health'],
    });
  });

  test('is known by the department of its source, and refused where that purpose forbids it', async () => {
    const treasury = await bench({}, 'Treasury');
    await expect(treasury.invite(offer())).rejects.toThrow(/403/);
    const sales = await bench({}, 'Sales');
    const { dialog } = await sales.invite(offer());
    expect(stateOf(sales)).toEqual(['recording']);
    await dialog.bye();
  });
});
