import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { formatCrypto, makeSrtpKeys, parseCrypto } from '../media/srtp/sdes.ts';
import { SrtpSender } from '../media/srtp/srtp-sender.ts';
import type { SrtpSuite } from '../media/srtp/srtp-keys.ts';
import { parseSdp } from '../sip/sdp.ts';
import type { Dialog, InDialogRequest } from '../sip/user-agent.ts';
import { readMetadataRequest } from '../siprec/metadata-request.ts';
import { metadataOf, multipart, sdpOffer, type TestLine } from '../siprec/test-support/requests.ts';
import type { MediaPolicy } from './media-policy.ts';
import {
  firstBytes,
  openRecorderBench,
  TestSender,
  type RecorderBench,
} from './test-support/recorder-bench.ts';

const PARTIES = [
  { id: 'a', aor: 'sip:+442079460001@sbc.example', name: 'Agent', sends: ['1'] },
  { id: 'b', aor: 'sip:+14155550100@sbc.example', name: 'Customer', sends: ['2'] },
];

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
});

async function bench(policy: Partial<MediaPolicy> = {}): Promise<RecorderBench> {
  const opened = await openRecorderBench(policy);
  open.push(opened);
  return opened;
}

async function sender(): Promise<TestSender> {
  const opened = await TestSender.open();
  open.push(opened);
  return opened;
}

function offer(lines: readonly TestLine[]) {
  return multipart(
    sdpOffer(lines.map((line) => ({ address: '127.0.0.1', ...line }))),
    metadataOf(PARTIES, { labels: ['1', '2'] }),
  );
}

function ports(body: Buffer): number[] {
  return parseSdp(body.toString()).media.map(({ port }) => port);
}

function cryptoOf(body: Buffer, line = 0): string | undefined {
  return parseSdp(body.toString()).media[line]?.attributes.find(({ name }) => name === 'crypto')?.value;
}

function ownCrypto(suite: SrtpSuite) {
  const keys = makeSrtpKeys(suite, randomBytes);
  return {
    keys,
    line: `a=crypto:${formatCrypto({ tag: 1, suite, spelling: suite, keys: [keys], parameters: [] })}`,
  };
}

function sdpBody(sdp: string): { contentType: string; body: Buffer } {
  return { contentType: 'application/sdp', body: Buffer.from(sdp) };
}

/** Requests of the recorder in the dialog, answered with 200 and this body. */
function answerWith(dialog: Dialog, sdp: () => string): InDialogRequest[] {
  const seen: InDialogRequest[] = [];
  dialog.onRequest = (request) => {
    seen.push(request);
    const offered = request.request.body.length > 0 && request.request.method === 'INVITE';
    request.respond(200, offered ? { contentType: 'application/sdp', body: Buffer.from(sdp()) } : {});
  };
  return seen;
}

describe('a call with secured media', () => {
  test.each<SrtpSuite>(['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_256_GCM'])(
    'is opened under the keys of the offer and stored as plain packets (%s)',
    async (suite) => {
      const { invite, untilVerdict, left } = await bench();
      const { keys, line } = ownCrypto(suite);
      const { dialog, response } = await invite(
        offer([{ label: '1', protocol: 'RTP/SAVP', extra: [line] }, { label: '2' }]),
      );
      const [secured = 0, plain = 0] = ports(response.body);
      expect(parseCrypto(cryptoOf(response.body) ?? '')).toMatchObject({ usable: true, tag: 1, suite });
      const srtp = new SrtpSender(keys);
      await (await sender()).send(secured, { count: 20, fill: 1, protect: (rtp) => srtp.protect(rtp) });
      await (await sender()).send(plain, { count: 20, fill: 2 });
      await untilVerdict('accepted', 40);
      await dialog.bye();
      const { logs, sealed, journal } = await left();
      expect(logs.map((log) => new Set(firstBytes(log)))).toEqual([new Set([1]), new Set([2])]);
      expect(sealed.facts.warnings).toEqual([]);
      expect(JSON.stringify(journal)).not.toContain(
        Buffer.from(keys.masterKey).toString('base64').slice(0, 12),
      );
    },
  );

  test('goes on under new keys after a re-offer, and counts what it cannot open', async () => {
    const { invite, untilVerdict, left, verdicts } = await bench();
    const first = ownCrypto('AES_CM_128_HMAC_SHA1_80');
    const line = (extra: string) => [{ label: '1', protocol: 'RTP/SAVP', extra: [extra] }];
    const { dialog, response } = await invite(offer(line(first.line)));
    const [port = 0] = ports(response.body);
    const rtp = await sender();
    const before = new SrtpSender(first.keys);
    await rtp.send(port, { count: 5, fill: 1, protect: (packet) => before.protect(packet) });
    await rtp.send(port, { count: 3, fill: 9 }); // in the clear: refused
    await untilVerdict('srtp-unauthenticated', 3);
    const second = ownCrypto('AES_CM_128_HMAC_SHA1_80');
    const again = await dialog.request('INVITE', offer(line(second.line)));
    expect(ports(again.body)).toEqual([port]);
    expect(cryptoOf(again.body)).toBe(cryptoOf(response.body)); // the key that we send under stays
    const after = new SrtpSender(second.keys);
    await rtp.send(port, { count: 5, fill: 2, protect: (packet) => after.protect(packet) });
    await untilVerdict('accepted', 10);
    expect(verdicts.filter((verdict) => verdict === 'accepted')).toHaveLength(10);
    await dialog.bye();
    const { logs } = await left();
    expect(firstBytes(logs[0] ?? [])).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  });

  test('is refused by the policy of its source, in words, and leaves nothing', async () => {
    const plain = offer([{ label: '1' }, { label: '2' }]);
    const keys = ownCrypto('AES_CM_128_HMAC_SHA1_80').line;
    const secured = offer([{ label: '1', protocol: 'RTP/SAVP', extra: [keys] }]);
    const foreign = offer([
      { label: '1', protocol: 'RTP/SAVP', extra: ['a=crypto:1 F8_128_HMAC_SHA1_80 inline:x'] },
    ]);
    await expect((await bench({ srtp: 'require' })).invite(plain)).rejects.toThrow(/488/);
    await expect((await bench({ srtp: 'refuse' })).invite(secured)).rejects.toThrow(/488/);
    await expect((await bench({ keysOverTlsOnly: true })).invite(secured)).rejects.toThrow(/488/);
    await expect((await bench()).invite(foreign)).rejects.toThrow(/488/);
  });

  test('is recorded on the lines that may be taken, with a warning for the others', async () => {
    const { invite, left } = await bench({ srtp: 'require' });
    const { line } = ownCrypto('AES_CM_128_HMAC_SHA1_80');
    const { dialog, response } = await invite(
      offer([{ label: '1', protocol: 'RTP/SAVP', extra: [line] }, { label: '2' }]),
    );
    expect(ports(response.body).map((port) => port > 0)).toEqual([true, false]);
    await dialog.bye();
    expect((await left()).sealed.facts.warnings.join()).toMatch(/in the clear was refused/);
  });
});

describe('a call whose offer is left to the recorder', () => {
  test('is recorded on the lines that the client takes in its ACK', async () => {
    const { invite, untilVerdict, left } = await bench();
    const answer = sdpOffer([
      { label: '1', address: '127.0.0.1', direction: 'sendonly' },
      { label: '2', address: '127.0.0.1', port: 0 },
    ]);
    const { dialog, response } = await invite(undefined, {}, () => sdpBody(answer));
    const [port = 0, second = 0] = ports(response.body);
    expect([port > 0, second > 0]).toEqual([true, true]);
    expect(response.body.toString()).toMatch(/a=label:1[^]*a=label:2/);
    await (await sender()).send(port, { count: 10, fill: 1 });
    await untilVerdict('accepted', 10);
    await dialog.bye();
    const { logs, sealed } = await left();
    expect(logs.map(firstBytes)).toEqual([Array.from({ length: 10 }, () => 1), []]);
    expect(sealed.facts).toMatchObject({ partial: false, endReason: 'remote-bye' });
  });

  test('is secured where the policy asks for it, and nothing is opened before the keys have come', async () => {
    const { invite, untilVerdict, left } = await bench({ srtp: 'require' });
    const { keys, line } = ownCrypto('AES_CM_128_HMAC_SHA1_80');
    const rtp = await sender();
    const { dialog, response } = await invite(undefined, {}, ({ body }) => {
      const offered = parseSdp(body.toString()).media[0]?.attributes ?? [];
      const tag = offered.flatMap(({ name, value }) => {
        const crypto = name === 'crypto' ? parseCrypto(value ?? '') : undefined;
        return crypto?.usable === true && crypto.suite === keys.suite ? [crypto.tag] : [];
      })[0];
      const extra = [line.replace('crypto:1 ', `crypto:${tag} `)];
      return sdpBody(sdpOffer([{ label: '1', address: '127.0.0.1', protocol: 'RTP/SAVP', extra }]));
    });
    const [port = 0] = ports(response.body);
    expect(response.body.toString()).toMatch(/m=audio \d+ RTP\/SAVP/);
    await rtp.send(port, { count: 3, fill: 9 }); // in the clear
    const srtp = new SrtpSender(keys);
    await rtp.send(port, { count: 10, fill: 1, protect: (packet) => srtp.protect(packet) });
    await untilVerdict('accepted', 10);
    await dialog.bye();
    expect(firstBytes((await left()).logs[0] ?? [])).toEqual(Array.from({ length: 10 }, () => 1));
  });

  test('ends, and keeps what it says, when the client answers nothing in its ACK', async () => {
    const { invite, left } = await bench();
    const { dialog } = await invite(undefined);
    const { sealed } = await left();
    expect(dialog.state).toBe('ended');
    expect(sealed.facts.warnings.join()).toMatch(/did not answer the offer/);
  });
});

describe('a re-INVITE that leaves the offer to the recorder', () => {
  test.each([
    ['ends a hold by the answer in its ACK', { label: '1', direction: 'sendonly' }, ['hold', 'resume']],
    ['changes nothing where no line is taken', { label: '1', port: 0 }, ['hold']],
  ])('%s', async (_what, answered, expected) => {
    const { invite, left } = await bench();
    const { dialog, response } = await invite(offer([{ label: '1' }]));
    await dialog.request('INVITE', offer([{ label: '1', direction: 'inactive' }]));
    const answer = { contentType: 'application/sdp', body: Buffer.from(sdpOffer([answered])) };
    const offered = await dialog.request('INVITE', { acknowledge: () => answer });
    expect(ports(offered.body)).toEqual(ports(response.body));
    expect(offered.body.toString()).toContain('a=recvonly');
    await dialog.bye();
    const { logs, journal } = await left();
    const events = logs[0]?.flatMap((entry) => (entry.kind === 'event' ? [entry.event.type] : []));
    expect(events?.filter((type) => type === 'hold' || type === 'resume')).toEqual(expected);
    const kept = journal.filter((entry) => entry.type === 'offer' && entry.method === 'ACK');
    expect(kept).toMatchObject([{ body: answer.body.toString('base64') }]);
  });
});

describe('a call that the recorder acts on', () => {
  test('stores nothing while paused, asks the client to stop, and goes on afterwards', async () => {
    const { invite, untilVerdict, left, recorder } = await bench();
    const lines = [{ label: '1' }];
    const { dialog, response } = await invite(offer(lines));
    const requests = answerWith(dialog, () =>
      sdpOffer([{ label: '1', address: '127.0.0.1', direction: 'sendonly' }]),
    );
    const [port = 0] = ports(response.body);
    const rtp = await sender();
    const [{ recordingId } = { recordingId: '' }] = recorder.calls();
    await rtp.send(port, { count: 5, fill: 1 });
    await untilVerdict('accepted', 5);

    await recorder.pause(recordingId, { reason: 'A card number is being read out.' });
    expect(recorder.calls()[0]).toMatchObject({ state: 'paused' });
    await rtp.send(port, { count: 4, fill: 2 });
    await untilVerdict('paused', 4);
    await recorder.resume(recordingId, { reason: 'The payment is done.' });
    await rtp.send(port, { count: 3, fill: 3 });
    await untilVerdict('accepted', 8);
    while (requests.length < 2) await new Promise(setImmediate);
    await dialog.request('UPDATE'); // after our answer to the second
    await recorder.end(recordingId, { reason: 'The test is over.' });

    const { logs, journal } = await left();
    expect(firstBytes(logs[0] ?? [])).toEqual([1, 1, 1, 1, 1, 3, 3, 3]);
    expect(logs[0]?.flatMap((entry) => (entry.kind === 'event' ? [entry.event.type] : []))).toEqual(
      expect.arrayContaining(['paused', 'continued', 'closed']),
    );
    const directions = requests
      .filter(({ request }) => request.method === 'INVITE')
      .map(({ request }) => /a=(inactive|recvonly)/.exec(request.body.toString())?.[1]);
    expect(directions).toEqual(['inactive', 'recvonly']);
    const acts = journal.flatMap((entry) => (entry.type === 'control' ? [entry.verb] : []));
    expect(acts).toEqual(['pause', 'resume', 'end']);
    const answers = journal.filter((entry) => entry.type === 'offer' && entry.method === '200');
    expect(answers).toHaveLength(2);
  });

  test('stores nothing of a pause that a new sender, still on trial, sent within it', async () => {
    const { invite, untilSeen, untilVerdict, left, recorder } = await bench();
    const { dialog, response } = await invite(offer([{ label: '1', address: '127.0.0.9' }]));
    answerWith(dialog, () => sdpOffer([{ label: '1', address: '127.0.0.9', direction: 'sendonly' }]));
    const [port = 0] = ports(response.body);
    const rtp = await sender(); // from elsewhere than the SDP says, so 50 packets are held
    const [{ recordingId } = { recordingId: '' }] = recorder.calls();
    await rtp.send(port, { count: 10, fill: 1 });
    await untilSeen(10);
    await recorder.pause(recordingId, { reason: 'A card number is being read out.' });
    await rtp.send(port, { count: 10, fill: 9 });
    await untilSeen(20);
    await recorder.resume(recordingId, { reason: 'The payment is done.' });
    await rtp.send(port, { count: 40, fill: 3 });
    await untilVerdict('accepted', 11);
    await untilSeen(60);
    await dialog.bye();
    const { logs } = await left();
    const kept = firstBytes(logs[0] ?? []);
    expect([...new Set(kept)]).toEqual([1, 3]);
    expect(kept).toHaveLength(50);
  });

  test('says in its recording that media met a fault', async () => {
    const { invite, left, recorder } = await bench();
    const { dialog } = await invite(offer([{ label: '1' }]));
    recorder.mediaFaulted(recorder.calls()[0]?.recordingId ?? '');
    await dialog.bye();
    expect((await left()).sealed.facts.warnings.join()).toMatch(/some of it may be missing/);
  });

  test('is asked for all its metadata', async () => {
    const { invite, recorder } = await bench();
    const { dialog } = await invite(offer([{ label: '1' }]));
    const requests = answerWith(dialog, () => '');
    await recorder.requestSnapshot(recorder.calls()[0]?.recordingId ?? '', { reason: 'A name is missing.' });
    expect(requests.map(({ request }) => request.method)).toEqual(['UPDATE']);
    expect(requests.map(({ request }) => readMetadataRequest(request))).toEqual(['A name is missing.']);
    await dialog.bye();
  });

  test('is not found once it has ended', async () => {
    const { invite, recorder, left } = await bench();
    const { dialog } = await invite(offer([{ label: '1' }]));
    const [{ recordingId } = { recordingId: '' }] = recorder.calls();
    await dialog.bye();
    await left();
    await expect(recorder.pause(recordingId, { reason: '' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('key presses', () => {
  test('are stored without their digits where the policy says so', async () => {
    const { invite, untilVerdict, left } = await bench({ digits: 'masked' });
    const { dialog, response } = await invite(offer([{ label: '1' }]));
    const [port = 0] = ports(response.body);
    const rtp = await sender();
    await rtp.send(port, { count: 1, fill: 5 });
    await rtp.send(port, { count: 3, fill: 4, payloadType: 101 });
    await untilVerdict('accepted', 4);
    await dialog.bye();
    const { logs } = await left();
    expect(firstBytes(logs[0] ?? [])).toEqual([5, 255, 255, 255]);
  });
});

test('a call has the department and the classification of its source, in the journal and in what is sealed', async () => {
  const marks = { department: 'Sales', classification: 'customer-call' };
  const { invite, left } = await bench({ marks });
  const { dialog } = await invite(offer([{ label: '1' }, { label: '2' }]));
  await dialog.bye();
  const { sealed, journal } = await left();
  expect(journal[0]).toMatchObject({ type: 'started', ...marks });
  expect(sealed.facts).toMatchObject(marks);
});
