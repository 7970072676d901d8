import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSdp } from '../sip/sdp.ts';
import { buildOwnOffer } from './delayed-offer.ts';
import { readOffer } from './offer.ts';
import { readStreams } from './offered-stream.ts';
import { readAnswer } from './read-answer.ts';
import { RecordingSession } from './recording-session.ts';
import { buildReoffer } from './reoffer.ts';
import { metadataOf, multipart, request, sdpOffer, type TestLine } from './test-support/requests.ts';

const origin = { sessionId: '77', version: 4 };
const local = (label: string, paused = false) => ({ label, address: '127.0.0.1', port: 40_000, paused });
const sdpBody = (lines: readonly TestLine[]) => ({ contentType: 'application/sdp', body: sdpOffer(lines) });

function running(lines: readonly TestLine[]): RecordingSession {
  const session = new RecordingSession();
  session.start(readOffer(request(sdpBody(lines))), 1);
  return session;
}

describe("an offer of the recorder's inside a running dialog", () => {
  test('repeats the lines in their order, pauses those asked for and leaves refused ones refused', () => {
    const session = running([{ label: 'v', media: 'video' }, { label: '1' }, { label: '2' }, { port: 0 }]);
    const offer = buildReoffer(session.lines(), [local('1', true), local('2')], origin);
    expect(
      readStreams(parseSdp(offer)).map(({ label, port, direction }) => [label, port, direction]),
    ).toEqual([
      ['v', 0, 'absent'],
      ['1', 40_000, 'inactive'],
      ['2', 40_000, 'recvonly'],
      [undefined, 0, 'absent'],
    ]);
  });

  test('asks again for a line that the source holds, and keeps formats and profile', () => {
    const session = running([{ label: '1', direction: 'inactive' }]);
    const offer = buildReoffer(session.lines(), [local('1')], origin);
    expect(offer).toContain('m=audio 40000 RTP/AVP 0 101\r\n');
    expect(offer).toContain('a=recvonly\r\na=label:1');
  });

  test('names the lines of the latest description, not of the first', () => {
    const session = running([{ label: '1' }]);
    session.update(readOffer(request(sdpBody([{ label: '1' }, { label: '2' }]))), 2);
    expect(session.lines().map((line) => line.label)).toEqual(['1', '2']);
    session.update(readOffer(request(undefined)), 3);
    expect(session.lines()).toHaveLength(2);
  });

  test('for any lines has their count, kind and label, and never sends', () => {
    const line = fc.record(
      {
        label: fc.constantFrom('a', 'b', 'c'),
        media: fc.constantFrom('audio', 'video'),
        port: fc.constantFrom(0, 9000),
        direction: fc.constantFrom('sendonly', 'inactive'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.nat(), (lines, seed) => {
        const offered = readStreams(parseSdp(sdpOffer(lines as TestLine[])));
        const chosen = offered.filter((stream) => ((seed >> stream.mLineIndex) & 1) === 1);
        const mine = chosen.map(({ mLineIndex }) => ({
          mLineIndex,
          address: '127.0.0.1',
          port: 6000,
          paused: ((seed >> (8 + mLineIndex)) & 1) === 1,
        }));
        const again = readStreams(parseSdp(buildReoffer(offered, mine, origin)));
        expect(again.map((item) => [item.media, item.label])).toEqual(
          offered.map((item) => [item.media, item.label]),
        );
        for (const item of again.filter(({ port }) => port !== 0)) {
          expect(['recvonly', 'inactive']).toContain(item.direction);
        }
      }),
    );
  });
});

describe("the recorder's own offer, for an INVITE without SDP", () => {
  test('asks for every codec it can take, wideband first', () => {
    const [stream] = readStreams(
      parseSdp(buildOwnOffer([{ label: '1', address: '127.0.0.1', port: 6000 }], origin)),
    );
    expect(stream).toMatchObject({ label: '1', port: 6000, direction: 'recvonly', secured: false });
    expect([...new Set(stream?.formats.map((format) => format.name))]).toEqual([
      'opus',
      'G722',
      'AMR-WB',
      'AMR',
      'G729',
      'PCMU',
      'PCMA',
      'telephone-event',
      'CN',
    ]);
  });

  test('is of the secured profile when it brings keys', () => {
    const crypto = ['1 AEAD_AES_256_GCM inline:x', '2 AES_CM_128_HMAC_SHA1_80 inline:y'];
    const own = { label: '1', address: '127.0.0.1', port: 6000, crypto };
    const [stream] = readStreams(parseSdp(buildOwnOffer([own], origin)));
    expect(stream).toMatchObject({ protocol: 'RTP/SAVP', crypto });
  });
});

describe("the source's answer to an offer of the recorder's", () => {
  const ours = [{ label: '1' }, { label: '2' }];

  test('in an ACK may be SDP alone; lines without label bear ours', () => {
    const { streams, warnings } = readAnswer(
      ours,
      request(sdpBody([{ direction: 'sendonly' }, {}]), {}, 'ACK'),
    );
    expect(streams.map((line) => [line.label, line.direction])).toEqual([
      ['1', 'sendonly'],
      ['2', 'absent'],
    ]);
    expect(warnings).toEqual([]);
  });

  test('in an ACK may bring metadata too, which names the parties of our labels', () => {
    const session = new RecordingSession();
    session.start(readOffer(request(undefined)), 1);
    const metadata = metadataOf([
      { id: 'p1', aor: 'sip:ana@example.com', sends: ['1'] },
      { id: 'p2', aor: 'sip:ben@example.com', sends: ['2'] },
    ]);
    session.update(readAnswer(ours, request(multipart(sdpOffer([{}, {}]), metadata), {}, 'ACK')), 2);
    expect(session.parties().map((party) => [party.label, party.aor])).toEqual([
      ['1', 'sip:ana@example.com'],
      ['2', 'sip:ben@example.com'],
    ]);
    expect(session.streams().map((stream) => stream.key)).toEqual(['label=1', 'label=2']);
  });

  test.each([
    ['of its own', ['10', '20']],
    ['that are ours in another order', ['2', '1']],
    ['of which one is ours at another place', ['0', '1']],
  ])(
    'may state labels %s: they hold for its metadata and later offers, the lines stay ours',
    (_what, theirs) => {
      const session = new RecordingSession();
      session.start(readOffer(request(undefined)), 1);
      const lines = theirs.map((label) => ({ label }));
      const parties = [
        { id: 'p1', aor: 'sip:ana@example.com', sends: [theirs[0]!] },
        { id: 'p2', aor: 'sip:ben@example.com', sends: [theirs[1]!] },
      ];
      const answer = multipart(sdpOffer(lines), metadataOf(parties, { labels: theirs }));
      session.update(readAnswer(ours, request(answer, {}, 'ACK')), 2);
      const standing = () => session.parties().map(({ streamKey, aor }) => [streamKey, aor]);
      const right = [
        ['label=1', 'sip:ana@example.com'],
        ['label=2', 'sip:ben@example.com'],
      ];
      expect(standing()).toEqual(right);
      const later = session.update(readOffer(request(sdpBody(lines))), 3);
      expect([later.streamsAdded, later.streamsRemoved, later.partiesLeft]).toEqual([[], [], []]);
      expect(standing()).toEqual(right);
      expect(session.warnings()).toEqual([]);
    },
  );

  test('leaves a line on hold that the source held before we paused it', () => {
    const answer = sdpBody([{ label: '1', direction: 'inactive' }]);
    const held = (before: boolean) =>
      readAnswer([{ label: '1', paused: true, held: before }], request(answer)).streams[0]?.held;
    expect([held(true), held(false)]).toEqual([true, false]);
  });

  test('does not make a line we paused one that the source holds', () => {
    const session = running([{ label: '1' }, { label: '2' }]);
    const answer = sdpBody([
      { label: '1', direction: 'inactive' },
      { label: '2', direction: 'inactive' },
    ]);
    const changes = session.update(
      readAnswer([{ label: '1', paused: true }, { label: '2' }], request(answer)),
      2,
    );
    expect(changes.streamsChanged.map(({ stream, changes: kinds }) => [stream.key, kinds])).toEqual([
      ['label=2', ['hold']],
    ]);
  });

  test.each([
    ['no SDP', undefined],
    ['only refused lines', sdpBody([{ port: 0 }, { port: 0 }])],
  ])('with %s leaves nothing to record', (_what, body) => {
    expect(() => readAnswer(ours, request(body, {}, 'ACK'))).toThrow(
      expect.objectContaining({ sipStatus: 488 }),
    );
  });

  test('with another number of lines is taken as far as ours go, and warned of', () => {
    const { streams, warnings } = readAnswer(ours, request(sdpBody([{}, {}, {}])));
    expect(streams).toHaveLength(2);
    expect(warnings.map((item) => item.code)).toEqual(['answer_lines_differ']);
  });
});
