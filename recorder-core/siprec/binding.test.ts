import { describe, expect, test } from '@jest/globals';
import { readOffer } from './offer.ts';
import { RecordingSession } from './recording-session.ts';
import { multipart, request, sdpOffer, type TestLine } from './test-support/requests.ts';

const two: TestLine[] = [{ label: '1' }, { label: '2' }];

/** Metadata written out, for what `metadataOf` has no words for. */
const recording = (...content: string[]) =>
  `<recording xmlns="urn:ietf:params:xml:ns:recording:1">${content.join('')}</recording>`;
const participant = (id: string, aor: string) =>
  `<participant participant_id="${id}"><nameID aor="${aor}"/></participant>`;
const stream = (id: string, label: string) =>
  `<stream stream_id="${id}" session_id="s"><label>${label}</label></stream>`;
const sends = (id: string, ...streams: string[]) =>
  `<participantstreamassoc participant_id="${id}">${streams.map((item) => `<send>${item}</send>`).join('')}</participantstreamassoc>`;

function opened(lines: readonly TestLine[], metadata: string, headers = {}): RecordingSession {
  const session = new RecordingSession();
  session.start(readOffer(request(multipart(sdpOffer(lines), metadata), headers)), 1);
  return session;
}
const who = (session: RecordingSession) =>
  session.parties().map(({ label, aor, source }) => [label, aor, source]);
const codes = (session: RecordingSession) => session.warnings().map((item) => item.code);

describe('who speaks on which line', () => {
  test.each([
    ['base64 of a UUID', 'hVpd7YQgRW2nD22h7q60JQ=='],
    ['a URN', 'urn:uuid:0be31ce3-d796-448d-982f-6c0b8e1295b7'],
    ['hexadecimal digits', 'b536ff63b7f3643d4d7b'],
    ['a Call-ID', 'b84b4c76a66710@pc33.example.com'],
    ['a number with plus', '+12125550101'],
    ['digits with dashes', '0000-0000-0000-0000'],
  ])('is told by ids that are %s', (_what, id) => {
    const metadata = recording(
      participant(`${id}1`, 'sip:ana@example.com'),
      participant(`${id}2`, 'sip:ben@example.com'),
      stream(`${id}a`, '1'),
      stream(`${id}b`, '2'),
      sends(`${id}1`, `${id}b`),
      sends(`${id}2`, `${id}a`),
    );
    expect(who(opened(two, metadata))).toEqual([
      ['1', 'sip:ben@example.com', 'metadata'],
      ['2', 'sip:ana@example.com', 'metadata'],
    ]);
  });

  test('is told by position where the stream ids are empty', () => {
    const session = opened(
      two,
      recording(
        participant('p1', 'sip:ana@example.com'),
        participant('p2', 'sip:ben@example.com'),
        stream('', '1'),
        stream('', '2'),
      ),
    );
    expect(who(session)).toEqual([
      ['1', 'sip:ana@example.com', 'position'],
      ['2', 'sip:ben@example.com', 'position'],
    ]);
    expect(codes(session)).toContain('metadata_missing_id');
  });

  test('is told by the label itself where a sender names that instead of the stream', () => {
    const session = opened(
      two,
      recording(participant('p1', 'sip:ana@example.com'), stream('m2', '2'), sends('p1', '2')),
    );
    expect(who(session)[0]).toEqual(['1', undefined, 'unknown']);
    expect(who(session)[1]).toEqual(['2', 'sip:ana@example.com', 'metadata']);
  });

  test('may be more than one, and somebody may only listen', () => {
    const session = opened(
      [{ label: '1' }, { label: '2' }, { label: 'mix' }],
      recording(
        ...['a', 'b', 'c', 'd'].map((id) => participant(id, `sip:${id}@example.com`)),
        stream('m1', '1'),
        stream('m2', '2'),
        stream('m3', 'mix'),
        sends('a', 'm1', 'm3'),
        sends('b', 'm2', 'm3'),
        sends('c', 'm2'),
      ),
    );
    expect(who(session)).toEqual([
      ['1', 'sip:a@example.com', 'metadata'],
      ['2', 'sip:b@example.com', 'metadata'],
      ['2', 'sip:c@example.com', 'metadata'],
      [undefined, 'sip:d@example.com', 'metadata'],
    ]);
    expect(session.warnings().map(({ code, label }) => [code, label])).toEqual([
      ['label_shared', '2'],
      ['label_shared', 'mix'],
    ]);
  });

  test('is not guessed where the numbers do not fit', () => {
    const crowd = ['a', 'b', 'c'].map((id) => participant(id, `sip:${id}@example.com`));
    const session = opened(two, recording(...crowd, stream('m1', '1'), stream('m2', '2')));
    expect(who(session).filter(([label]) => label !== undefined)).toEqual([
      ['1', undefined, 'unknown'],
      ['2', undefined, 'unknown'],
    ]);
    expect(codes(session)).toEqual(['party_unknown', 'party_unknown']);
  });

  test('is told by metadata that comes later and only by position, in the place of who the headers named', () => {
    const session = new RecordingSession();
    const headers = { From: '<sip:ana@example.com>;tag=a' };
    session.start(readOffer(request({ contentType: 'application/sdp', body: sdpOffer(two) }, headers)), 1);
    expect(who(session)[0]).toEqual(['1', 'sip:ana@example.com', 'header']);
    const names = recording(
      participant('p1', 'sip:ana@example.com'),
      participant('p2', 'sip:ben@example.com'),
      stream('m1', '1'),
      stream('m2', '2'),
    );
    const update = request({ contentType: 'application/rs-metadata+xml', body: names }, headers, 'UPDATE');
    session.update(readOffer(update), 2);
    expect(who(session)).toEqual([
      ['1', 'sip:ana@example.com', 'position'],
      ['2', 'sip:ben@example.com', 'position'],
    ]);
  });

  test('may be gone from a closed line whose stream is still described, without a warning', () => {
    const metadata = recording(
      ...['a', 'b'].map((id) => participant(id, `sip:${id}@example.com`)),
      stream('m1', '1'),
      stream('m2', '2'),
      sends('a', 'm1'),
      sends('b', 'm2'),
    );
    const session = opened(two, metadata);
    const closed = sdpOffer([{ label: '1' }, { label: '2', port: 0 }]);
    session.update(readOffer(request({ contentType: 'application/sdp', body: closed })), 2);
    expect(codes(session)).toEqual([]);
  });

  test('is nobody from the headers once metadata has named anybody', () => {
    const headers = { 'P-Asserted-Identity': '<sip:zoe@example.com>' };
    const session = opened(
      two,
      recording(participant('p1', 'sip:ana@example.com'), stream('m1', '1'), sends('p1', 'm1')),
      headers,
    );
    expect(who(session).map(([, aor]) => aor)).toEqual(['sip:ana@example.com', undefined]);
  });
});

describe('an update that breaks the rules', () => {
  test('may leave out a line and state sendrecv: what is left goes on, and the line comes back later', () => {
    const session = opened(
      two,
      recording(participant('p1', 'sip:ana@example.com'), stream('m1', '1'), sends('p1', 'm1')),
    );
    const offer = (lines: readonly TestLine[]) =>
      readOffer(request({ contentType: 'application/sdp', body: sdpOffer(lines) }));
    const shorter = session.update(offer([{ label: '1', direction: 'sendrecv' }]), 2);
    expect(shorter.streamsRemoved.map((item) => item.key)).toEqual(['label=2']);
    expect(session.streams().map((item) => item.key)).toEqual(['label=1']);
    expect(session.update(offer(two), 3).streamsAdded.map((item) => item.key)).toEqual(['label=2']);
  });

  test('may open another session in the same group within the dialog', () => {
    const within = (session: string) =>
      recording(
        '<group group_id="group-0001"/>',
        `<session session_id="${session}"><group-ref>group-0001</group-ref></session>`,
        participant('p1', 'sip:ana@example.com'),
      );
    const session = opened(two, within('session-1'));
    session.update(readOffer(request(multipart(sdpOffer(two), within('session-2')))), 2);
    expect(session.identifiers()).toMatchObject({ sessionIds: ['session-2'], groupIds: ['group-0001'] });
    expect(session.parties().filter((party) => party.aor !== undefined)).toHaveLength(1);
  });

  test('may bring new keys for a line that runs', () => {
    const keyed = (key: string) =>
      readOffer(
        request({
          contentType: 'application/sdp',
          body: sdpOffer([{ label: '1', extra: [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`] }]),
        }),
      );
    const session = new RecordingSession();
    session.start(keyed('a'), 1);
    expect(session.update(keyed('b'), 2).streamsChanged.map((item) => item.changes)).toEqual([['keys']]);
    expect(session.update(keyed('b'), 3).streamsChanged).toEqual([]);
  });
});
