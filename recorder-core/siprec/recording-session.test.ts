import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readOffer } from './offer.ts';
import { RecordingSession } from './recording-session.ts';
import { MAX_PARTIES } from './session-parties.ts';
import { lineLabel } from './session-streams.ts';
import { metadataOf, multipart, request, sdpOffer, type TestLine } from './test-support/requests.ts';

const ana = { id: 'p1', aor: 'sip:ana@example.com', name: 'Ana', sends: ['1'] };
const ben = { id: 'p2', aor: 'sip:ben@example.com', sends: ['2'] };
const lines: TestLine[] = [
  { label: '1', direction: 'sendonly' },
  { label: '2', direction: 'sendonly' },
];

const both = (sdpLines: readonly TestLine[], metadata: string) =>
  readOffer(request(multipart(sdpOffer(sdpLines), metadata)));
const sdpOnly = (sdpLines: readonly TestLine[], headers = {}) =>
  readOffer(request({ contentType: 'application/sdp', body: sdpOffer(sdpLines) }, headers));
const bare = (metadata: string) =>
  readOffer(request({ contentType: 'application/rs-metadata+xml', body: metadata }));

function started(offer = both(lines, metadataOf([ana, ben]))): RecordingSession {
  const session = new RecordingSession();
  session.start(offer, 1000);
  return session;
}
const who = (session: RecordingSession) =>
  session.parties().map(({ ordinal, label, aor, leftAt }) => [ordinal, label, aor, leftAt]);
const codes = (items: readonly { code: string }[]) => items.map((item) => item.code);

describe('the opening offer', () => {
  test('adds a stream for each line and a party for each participant, bound by label', () => {
    const session = new RecordingSession();
    const changes = session.start(both(lines, metadataOf([ana, ben])), 1000);
    expect(changes.streamsAdded.map((stream) => stream.key)).toEqual(['label=1', 'label=2']);
    expect(changes.partiesJoined).toMatchObject([
      { ordinal: 1, label: '1', aor: 'sip:ana@example.com', name: 'Ana', source: 'metadata', joinedAt: 1000 },
      { ordinal: 2, label: '2', aor: 'sip:ben@example.com', source: 'metadata', joinedAt: 1000 },
    ]);
    expect(changes.warnings).toEqual([]);
    expect(session.identifiers()).toEqual({
      sessionIds: ['s1'],
      groupIds: [],
      sipSessionIds: ['ab;remote=cd'],
    });
  });

  test('binds across when the metadata says so', () => {
    const session = started(
      both(
        lines,
        metadataOf([
          { ...ana, sends: ['2'] },
          { ...ben, sends: ['1'] },
        ]),
      ),
    );
    expect(who(session)).toEqual([
      [1, '1', 'sip:ben@example.com', undefined],
      [2, '2', 'sip:ana@example.com', undefined],
    ]);
  });

  test('without metadata takes the parties from headers, and says so', () => {
    const session = started(
      sdpOnly(lines, {
        'P-Asserted-Identity': '"Ana" <sip:ana@example.com;x=1>',
        To: '<sip:ben@example.com>',
      }),
    );
    expect(who(session)).toEqual([
      [1, '1', 'sip:ana@example.com', undefined],
      [2, '2', 'sip:ben@example.com', undefined],
    ]);
    expect(codes(session.warnings())).toEqual([
      'metadata_missing',
      'party_from_headers',
      'party_from_headers',
    ]);
  });

  test('does not take the recorder itself for a party', () => {
    expect(who(started(sdpOnly(lines)))).toEqual([
      [1, '1', 'sip:sbc@192.0.2.1', undefined],
      [2, '2', undefined, undefined],
    ]);
  });

  test('without senders goes by position when the numbers fit', () => {
    const silent = metadataOf(
      [
        { ...ana, sends: [] },
        { ...ben, sends: [] },
      ],
      { labels: ['1', '2'] },
    );
    const session = started(both(lines, silent));
    expect(session.parties().map((party) => [party.label, party.participantId, party.source])).toEqual([
      ['1', 'p1', 'position'],
      ['2', 'p2', 'position'],
    ]);
    expect(codes(session.warnings())).toEqual(['party_by_position', 'party_by_position']);
  });

  test('with one line and two participants is mixed audio', () => {
    const session = started(both([{ label: '1' }], metadataOf([{ ...ana }, { ...ben, sends: ['1'] }])));
    expect(who(session).map(([, label]) => label)).toEqual(['1', '1']);
    expect(codes(session.warnings())).toEqual(['label_shared']);
  });

  test('warns of what metadata and SDP disagree on', () => {
    const other = metadataOf([{ ...ana, sends: ['1', '9'] }, ben], { labels: ['1', '2', '3'] });
    const session = started(both([...lines, { label: '4', media: 'video' }], other));
    expect(codes(session.warnings()).sort()).toEqual([
      'label_not_in_metadata',
      'label_not_in_sdp',
      'stream_unknown',
    ]);
    const named = [{ label: '1', extra: ['a=ssrc:1 cname:sip:cy@example.com'] }, { label: '2' }];
    expect(codes(started(both(named, metadataOf([ana, ben]))).warnings())).toEqual(['source_name_differs']);
  });

  test('may be delayed: the streams come with the ACK', () => {
    const session = started(readOffer(request(undefined)));
    expect(session.streams()).toEqual([]);
    const changes = session.update(sdpOnly(lines), 1100);
    expect(changes.streamsAdded).toHaveLength(2);
    expect(changes.partiesJoined).toHaveLength(2);
  });
});

describe('a later offer', () => {
  test('changes nothing when it says the same', () => {
    const session = started();
    const changes = session.update(both(lines, metadataOf([ana, ben])), 2000);
    expect(Object.values(changes).flat()).toEqual([]);
  });

  test('holds and resumes a line by direction or null address, keeping port and party', () => {
    const session = started();
    const hold = session.update(
      sdpOnly([
        { label: '1', direction: 'inactive' },
        { label: '2', address: '0.0.0.0' },
      ]),
      2000,
    );
    expect(hold.streamsChanged.map(({ stream, changes }) => [stream.key, changes])).toEqual([
      ['label=1', ['hold']],
      ['label=2', ['hold']],
    ]);
    expect(hold.streamsChanged[1]?.stream.remote.address).toBe('192.0.2.1');
    const resume = session.update(sdpOnly(lines), 3000);
    expect(resume.streamsChanged.map(({ changes }) => changes)).toEqual([['resume'], ['resume']]);
    expect(resume.partiesLeft).toEqual([]);
  });

  test('keeps the party of a line whose sender the metadata leaves out during hold', () => {
    const session = started();
    const held = metadataOf([{ ...ana, sends: [] }, ben], { labels: ['1', '2'] });
    const changes = session.update(both(lines, held), 2000);
    expect([changes.partiesJoined, changes.partiesLeft, changes.partiesChanged]).toEqual([[], [], []]);
    expect(codes(changes.warnings)).toEqual([]);
  });

  test('may move a source to another port', () => {
    const { streamsChanged } = started().update(
      sdpOnly([{ label: '1', port: 31_000, direction: 'sendonly' }, lines[1]!]),
      2000,
    );
    expect(streamsChanged).toMatchObject([
      { changes: ['address'], stream: { key: 'label=1', remote: { port: 31_000 } } },
    ]);
  });

  test('knows a line by its label when the order changes, and by its place when it has none', () => {
    const session = started();
    const swapped = session.update(
      sdpOnly([
        { ...lines[1]!, port: 20_002 },
        { ...lines[0]!, port: 20_000 },
      ]),
      2000,
    );
    expect([swapped.streamsAdded, swapped.streamsChanged, swapped.streamsRemoved]).toEqual([[], [], []]);
    const unlabelled = started().update(
      sdpOnly([{ direction: 'sendonly' }, { direction: 'sendonly' }]),
      2000,
    );
    expect([unlabelled.streamsAdded, unlabelled.streamsRemoved]).toEqual([[], []]);
  });

  test('names a line by its place where its label is too long to be looked up', () => {
    const [long, longer] = ['x'.repeat(256), 'x'.repeat(257)];
    const session = started(sdpOnly([{ label: long }, { label: longer }, { label: `${longer}y` }]));
    expect(session.streams().map(({ key }) => lineLabel(key))).toEqual([long, 'line=1', 'line=2']);
  });

  test('adds a new label as a new stream and removes one with port 0', () => {
    const session = started();
    const changes = session.update(sdpOnly([lines[0]!, { label: '2', port: 0 }, { label: '3' }]), 2000);
    expect(changes.streamsAdded.map((stream) => stream.key)).toEqual(['label=3']);
    expect(changes.streamsRemoved.map((stream) => stream.key)).toEqual(['label=2']);
  });

  test('lets a party leave by disassociate-time, and its line stays without a new party', () => {
    const session = started();
    const leaving = metadataOf([{ ...ben, left: true }], { dataMode: 'partial', labels: ['1', '2'] });
    const changes = session.update(bare(leaving), 5000);
    expect(changes.partiesLeft).toMatchObject([{ ordinal: 2, leftAt: 5000 }]);
    expect(changes.partiesJoined).toEqual([]);
    expect(session.streams()).toHaveLength(2);
  });

  test('names a party that was nameless, under the same ordinal', () => {
    const session = started(sdpOnly(lines, { From: '<>' }));
    expect(who(session).map(([, , aor]) => aor)).toEqual([undefined, undefined]);
    const changes = session.update(bare(metadataOf([ana, ben])), 2000);
    expect(changes.partiesJoined).toEqual([]);
    expect(changes.partiesChanged.map((party) => [party.ordinal, party.aor])).toEqual([
      [1, 'sip:ana@example.com'],
      [2, 'sip:ben@example.com'],
    ]);
  });

  test('replaces the other end on a transfer: one leaves, one joins on its line', () => {
    const session = started();
    const cy = { id: 'p3', aor: 'sip:cy@example.com', sends: ['2'] };
    const changes = session.update(both(lines, metadataOf([ana, cy])), 6000);
    expect(changes.partiesLeft.map((party) => party.aor)).toEqual(['sip:ben@example.com']);
    expect(changes.partiesJoined).toMatchObject([
      { ordinal: 3, label: '2', aor: 'sip:cy@example.com', joinedAt: 6000 },
    ]);
  });

  test('does not take a new participant id for a new person', () => {
    const changes = started().update(
      both(
        lines,
        metadataOf([
          { ...ana, id: 'x1' },
          { ...ben, id: 'x2' },
        ]),
      ),
      2000,
    );
    expect([changes.partiesJoined, changes.partiesLeft]).toEqual([[], []]);
    expect(changes.partiesChanged.map((party) => party.participantId)).toEqual(['x1', 'x2']);
  });
});

describe('a session', () => {
  test('keeps every document as received, unreadable ones too', () => {
    const session = started();
    session.update(both(lines, '<broken'), 2000);
    expect(session.documents().map((item) => [item.receivedAt, item.raw.toString().slice(0, 7)])).toEqual([
      [1000, '<?xml v'],
      [2000, '<broken'],
    ]);
    expect(session.parties()).toHaveLength(2);
  });

  test('ends once, with every stream and party', () => {
    const session = started();
    const changes = session.end(9000);
    expect(changes.streamsRemoved).toHaveLength(2);
    expect(changes.partiesLeft.map((party) => party.leftAt)).toEqual([9000, 9000]);
    expect(Object.values(session.end(9999)).flat()).toEqual([]);
    expect(() => session.update(sdpOnly(lines), 10_000)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
  });

  test('stays bounded when a source names ever new parties and labels', () => {
    const session = started();
    for (let round = 0; round < 16; round += 1) {
      const crowd = Array.from({ length: 150 }, (_, index) => ({
        id: `r${round}p${index}`,
        aor: `sip:r${round}p${index}@x`,
      }));
      session.update(both([{ label: `l${round}` }, { label: `m${round}` }], metadataOf(crowd)), 2000 + round);
    }
    expect(session.parties()).toHaveLength(MAX_PARTIES);
    expect(codes(session.warnings())).toContain('party_limit');
    expect(session.metadata().participants.size).toBe(150);
  });

  test('for any run of offers keeps ordinals, keys and times in order', () => {
    const line = fc.record(
      {
        label: fc.constantFrom('1', '2', '3'),
        port: fc.constantFrom(0, 7000, 8000),
        direction: fc.constantFrom('sendonly', 'inactive'),
      },
      { requiredKeys: ['port'] },
    );
    const party = fc.record({
      id: fc.constantFrom('p1', 'p2', 'p3'),
      aor: fc.constantFrom('sip:a@x', 'sip:b@x'),
      sends: fc.subarray(['1', '2', '3']),
      left: fc.boolean(),
    });
    const metadata = fc
      .tuple(fc.array(party, { maxLength: 3 }), fc.constantFrom('complete', 'partial'))
      .map(([parties, dataMode]) => metadataOf(parties, { dataMode, labels: ['1', '2', '3'] }));
    const step = fc.record({
      lines: fc.option(fc.array(line, { minLength: 1, maxLength: 4 })),
      metadata: fc.option(metadata),
    });
    const offerOf = ({ lines: some, metadata: text }: { lines: unknown; metadata: string | null }) => {
      if (some === null) return text === null ? readOffer(request(undefined)) : bare(text);
      return text === null ? sdpOnly(some as TestLine[]) : both(some as TestLine[], text);
    };
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const session = new RecordingSession();
        const offers = steps.map(offerOf);
        offers.forEach((offer, index) =>
          index === 0 ? session.start(offer, 0) : session.update(offer, index),
        );
        expect(session.parties().map((item) => item.ordinal)).toEqual(
          session.parties().map((_, index) => index + 1),
        );
        expect(new Set(session.streams().map((stream) => stream.key)).size).toBe(session.streams().length);
        for (const item of session.parties())
          expect(item.leftAt ?? Infinity).toBeGreaterThanOrEqual(item.joinedAt);
        // The same body again changes nothing.
        const again = session.update(offers.at(-1)!, 100);
        expect([
          ...again.streamsAdded,
          ...again.streamsRemoved,
          ...again.streamsChanged,
          ...again.metadataChanges,
        ]).toEqual([]);
        expect([...again.partiesJoined, ...again.partiesLeft]).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
