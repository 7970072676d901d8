import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { formatCrypto, makeSrtpKeys } from '../media/srtp/sdes.ts';
import { SrtpSender } from '../media/srtp/srtp-sender.ts';
import type { SrtpKeys } from '../media/srtp/srtp-keys.ts';
import { parseSdp } from '../sip/sdp.ts';
import type { SipMessage } from '../sip/message.ts';
import { sdpOffer, type TestLine } from '../siprec/test-support/requests.ts';
import { RECORDING_WARNINGS } from '../siprec/warnings.ts';
import type { MediaPolicy } from './media-policy.ts';
import {
  firstBytes,
  openRecorderBench,
  TestSender,
  type RecorderBench,
} from './test-support/recorder-bench.ts';

const SUITE = 'AES_CM_128_HMAC_SHA1_80';

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

const sdp = (line: TestLine) => ({
  contentType: 'application/sdp',
  body: Buffer.from(sdpOffer([{ label: '1', address: '127.0.0.1', ...line }])),
});
const securedBy = (keys: SrtpKeys, tag = 1): TestLine => ({
  protocol: 'RTP/SAVP',
  extra: [`a=crypto:${formatCrypto({ tag, suite: SUITE, spelling: SUITE, keys: [keys], parameters: [] })}`],
});
const lineOf = ({ body }: Pick<SipMessage, 'body'>) => parseSdp(body.toString()).media[0];
const portOf = (message: Pick<SipMessage, 'body'>): number => lineOf(message)?.port ?? 0;

describe('a call that is secured in the middle, or no longer', () => {
  test('takes what is sent in the clear until the first packet under the keys, and nothing after it', async () => {
    const { invite, untilVerdict, left } = await bench();
    const { dialog, response } = await invite(sdp({}));
    const rtp = await sender();
    await rtp.send(portOf(response), { count: 3, fill: 1 });
    const keys = makeSrtpKeys(SUITE, randomBytes);
    await dialog.request('INVITE', sdp(securedBy(keys)));
    await rtp.send(portOf(response), { count: 2, fill: 2 }); // sent before the client had our answer
    const srtp = new SrtpSender(keys);
    await rtp.send(portOf(response), { count: 2, fill: 3, protect: (packet) => srtp.protect(packet) });
    await rtp.send(portOf(response), { count: 2, fill: 9 });
    await untilVerdict('srtp-unauthenticated', 2);
    await dialog.bye();
    expect(firstBytes((await left()).logs[0] ?? [])).toEqual([1, 1, 1, 2, 2, 3, 3]);
  });

  test('goes on in the clear where the client takes its keys back, and opens what was under way', async () => {
    const { invite, untilVerdict, left, recorder } = await bench();
    const keys = makeSrtpKeys(SUITE, randomBytes);
    const { dialog, response } = await invite(sdp(securedBy(keys)));
    const rtp = await sender();
    const srtp = new SrtpSender(keys);
    const secured = { protect: (packet: Buffer) => srtp.protect(packet) };
    await rtp.send(portOf(response), { count: 2, fill: 1, ...secured });
    await untilVerdict('accepted', 2);
    const again = await dialog.request('INVITE', sdp({}));
    expect([portOf(again), lineOf(again)?.protocol]).toEqual([portOf(response), 'RTP/AVP']);
    await rtp.send(portOf(response), { count: 2, fill: 2, ...secured });
    await rtp.send(portOf(response), { count: 3, fill: 3 });
    await untilVerdict('accepted', 7);
    expect(recorder.calls()[0]?.streams).toMatchObject([{ secured: false }]);
    await dialog.bye();
    expect(firstBytes((await left()).logs[0] ?? [])).toEqual([1, 1, 2, 2, 3, 3, 3]);
  });

  test('is not taken in the clear by a policy that asks for keys, and says so', async () => {
    const { invite, left } = await bench({ srtp: 'require' });
    const { dialog } = await invite(sdp(securedBy(makeSrtpKeys(SUITE, randomBytes))));
    expect(portOf(await dialog.request('INVITE', sdp({})))).toBe(0);
    await dialog.bye();
    expect((await left()).sealed.facts.warnings.join()).toMatch(/in the clear was refused/);
  });
});

describe('lines of which some cannot be taken', () => {
  test('are warned of, missing keys apart from what is no audio; a line the client closed is not', async () => {
    const { invite, left } = await bench();
    const address = '127.0.0.1';
    const lines: TestLine[] = [
      { label: '1', address, protocol: 'RTP/SAVP' },
      { label: 'v', address, media: 'video' },
      { label: '2', address },
      { label: '3', address, port: 0 },
    ];
    const { dialog, response } = await invite({
      contentType: 'application/sdp',
      body: Buffer.from(sdpOffer(lines)),
    });
    expect(parseSdp(response.body.toString()).media.map(({ port }) => port > 0)).toEqual([
      false,
      false,
      true,
      false,
    ]);
    await dialog.bye();
    const { warnings } = (await left()).sealed.facts;
    expect(warnings.filter((text) => text.includes('was refused'))).toEqual([
      RECORDING_WARNINGS.keys_not_agreed.text,
      RECORDING_WARNINGS.media_not_recorded.text,
    ]);
  });
});

describe('a secured call whose offer is left to the recorder', () => {
  test('is refused where keys may be sent over TLS only, as ours would not be', async () => {
    const { invite } = await bench({ srtp: 'require', keysOverTlsOnly: true });
    await expect(invite(undefined)).rejects.toThrow(/488/);
  });

  test('keeps its line and its keys through a pause', async () => {
    const { invite, untilVerdict, left, recorder } = await bench({ srtp: 'require' });
    const keys = makeSrtpKeys(SUITE, randomBytes);
    const answer = sdp(securedBy(keys, 2));
    const { dialog, response } = await invite(undefined, {}, () => answer);
    const requests: SipMessage[] = [];
    dialog.onRequest = ({ request, respond }) => {
      requests.push(request);
      respond(200, answer);
    };
    const [{ recordingId } = { recordingId: '' }] = recorder.calls();
    await recorder.pause(recordingId, { reason: 'A card number is read out.' });
    while (requests.length < 1) await new Promise(setImmediate);
    await recorder.resume(recordingId, { reason: 'It is over.' });
    while (requests.length < 2) await new Promise(setImmediate);
    for (const request of requests) {
      expect([portOf(request), lineOf(request)?.protocol]).toEqual([portOf(response), 'RTP/SAVP']);
      expect(lineOf(request)?.attributes.some(({ name }) => name === 'crypto')).toBe(true);
    }
    const srtp = new SrtpSender(keys);
    const rtp = await sender();
    await rtp.send(portOf(response), { count: 3, fill: 4, protect: (packet) => srtp.protect(packet) });
    await untilVerdict('accepted', 3);
    await dialog.bye();
    expect(firstBytes((await left()).logs[0] ?? [])).toEqual([4, 4, 4]);
  });
});
