import { describe, expect, test } from '@jest/globals';
import { readOffer } from '../offer.ts';
import { readAnswer } from '../read-answer.ts';
import { RecordingSession } from '../recording-session.ts';
import { fixture } from '../test-support/fixtures.ts';

/** Plays the requests in order; gives the session and what the last one changed. */
function play(first: string, ...later: string[]) {
  const session = new RecordingSession();
  let changes = session.start(readOffer(fixture(first)), 1000);
  for (const [index, name] of later.entries()) {
    changes = session.update(readOffer(fixture(name)), 2000 + index);
  }
  return { session, changes };
}
const who = (session: RecordingSession) =>
  session.parties().map(({ ordinal, streamKey, aor, leftAt }) => [ordinal, streamKey, aor, leftAt]);

describe('what happens within a call of', () => {
  test('Oracle: a REFER changes the parties inside one session', () => {
    const { session, changes } = play('oracle/invite', 'oracle/refer');
    expect(changes.partiesLeft).toMatchObject([{ ordinal: 2, leftAt: 2000 }]);
    expect(who(session)[2]).toEqual([3, 'label=16777228', 'sip:5550103@sbc.example', undefined]);
    expect(session.identifiers().sessionIds).toEqual(['S1+a/==']);
  });

  test('Cisco CUBE: inactive with empty associations keeps line and party, and sendonly resumes', () => {
    const { session, changes } = play('cisco-cube/invite', 'cisco-cube/reinvite-inactive');
    expect(changes.streamsChanged.map((item) => item.changes)).toEqual([['hold'], ['hold']]);
    expect([changes.partiesJoined, changes.partiesLeft, changes.partiesChanged]).toEqual([[], [], []]);
    const resumed = session.update(readOffer(fixture('cisco-cube/invite')), 3000);
    expect(resumed.streamsChanged.map((item) => item.changes)).toEqual([['resume'], ['resume']]);
    expect(who(session).map(([, key, aor]) => [key, aor])).toEqual([
      ['label=1', 'sip:5550101@cube.example'],
      ['label=2', 'sip:5550102@cube.example'],
    ]);
  });

  test.each([
    ['near', 'sip:5550101@192.0.2.11'],
    ['far', '5550102'],
  ])('Cisco built-in bridge: the ACK brings the %s end’s line', (end, aor) => {
    const { session } = play(`cisco-cucm/${end}-end`);
    session.update(readAnswer([{ label: '1' }], fixture('cisco-cucm/ack')), 1100);
    expect(who(session)).toEqual([[1, 'label=1', aor, undefined]]);
    expect(session.streams()[0]?.offered).toMatchObject({ label: '1', direction: 'sendonly' });
  });

  test('Metaswitch: a three-way call moves the port of the one line', () => {
    const { changes } = play('metaswitch/invite', 'metaswitch/reinvite-3way');
    expect(changes.streamsChanged).toMatchObject([
      { changes: ['address'], stream: { remote: { port: 40_164 } } },
    ]);
    expect([changes.partiesJoined, changes.partiesLeft]).toEqual([[], []]);
  });

  test('Avaya: an UPDATE puts the real party in the place of the stand-in', () => {
    const { session, changes } = play('avaya/invite', 'avaya/update');
    expect([changes.partiesJoined, changes.partiesLeft]).toEqual([[], []]);
    expect(changes.partiesChanged).toMatchObject([{ ordinal: 2, aor: 'sip:5550102@pbx.example' }]);
    expect(session.parties()[1]?.placeholder).toBeUndefined();
    expect(session.dialect()).toBe('avaya');
    expect(session.warnings().map((item) => item.code)).toContain('party_placeholder');
  });

  test('BroadWorks: holds by the null address, then a third party shares a stream', () => {
    const { session, changes: hold } = play('broadworks/invite', 'broadworks/hold');
    expect(hold.streamsChanged.map((item) => item.changes)).toEqual([['hold'], ['hold']]);
    expect(session.streams()[0]?.remote.address).toBe('192.0.2.20');
    const conference = session.update(readOffer(fixture('broadworks/conference')), 3000);
    expect(conference.streamsChanged.map((item) => item.changes)).toEqual([['resume'], ['resume']]);
    expect(conference.partiesJoined).toMatchObject([
      { ordinal: 3, label: '2', aor: 'sip:5550103@as.example', source: 'metadata' },
    ]);
    expect(conference.warnings.map(({ code, label }) => [code, label])).toEqual([['label_shared', '2']]);
  });

  test('SEMS: the last metadata comes with the BYE', () => {
    const { session } = play('generic/named-labels', 'generic/metadata-in-bye');
    const [known] = session.metadata().sessions.values();
    expect(known?.item.stopTime?.epochMs).toBe(Date.UTC(2026, 1, 3, 9, 10));
    expect(session.documents()).toHaveLength(2);
  });
});
