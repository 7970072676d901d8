import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { readOffer } from './offer.ts';
import { EMPTY_METADATA_STATE } from './metadata-state.ts';
import { RecordingSession } from './recording-session.ts';
import { identify, readSipSession, readUcid, type SessionIdentity } from './session-identity.ts';
import { relate, type RelatedSession } from './session-relation.ts';
import { fixture } from './test-support/fixtures.ts';

function session(...names: string[]): RecordingSession {
  const opened = new RecordingSession();
  names.forEach((name, index) => {
    const offer = readOffer(fixture(name));
    if (index === 0) opened.start(offer, 0);
    else opened.update(offer, index);
  });
  return opened;
}
const recorded = (name: string, startedAt: number, endedAt?: number): RelatedSession => ({
  ...identify(session(name)),
  startedAt,
  ...(endedAt !== undefined && { endedAt }),
});

const emptySession = {
  metadata: () => EMPTY_METADATA_STATE,
  parties: () => [],
};

describe('the identity of a recording session', () => {
  test('is its session, group and SIP session ids, and the addresses of its parties', () => {
    expect(identify(session('audiocodes/legacy'))).toEqual({
      sessions: ['session:0000-0000-0000-0000-00000000219ce5a2'],
      calls: [],
      groups: ['group:00000000-0000-0005-97d5-2490bf14ea57'],
      participants: ['+12125550101', '5550102@sbc.example'],
    });
  });

  test.each(['7', '2147483647', '2147483648', '-1', '1e300', '0.5', 'x'])(
    'counts the place in a group as far as it can be stored (%s)',
    (value) => {
      const facts = [{ name: 'group_sequence' as const, value }];
      const counted = identify({ ...emptySession, facts: () => facts }).groupSequence;
      expect(counted).toBe(value === '7' || value === '2147483647' ? Number(value) : undefined);
    },
  );

  test('knows a SIP session from either end, the nil id being nobody', () => {
    expect(readSipSession('BBBBBBBB;remote=aaaaaaaa')).toEqual(readSipSession('aaaaaaaa;remote=bbbbbbbb'));
    expect(readSipSession(`aaaaaaaa;remote=${'0'.repeat(32)}`)).toEqual(['aaaaaaaa']);
  });

  test.each([
    ['00FA080001000200000003;encoding=hex', '0001000200000003'],
    ['FA080001000200000003', '0001000200000003'],
    ['deadbeef', undefined],
  ])('reads the UCID in %s', (text, ucid) => {
    expect(readUcid(text)).toBe(ucid);
  });

  test('leaves out ids that the source counts or that the reader made up, and stand-ins', () => {
    const identity = identify(session('avaya/invite'));
    expect(identity.participants).toEqual(['5550101@pbx.example']);
    expect(identify(session('opensips/invite')).groups).toEqual([]);
    expect(identify(session('broadworks/invite'))).toMatchObject({
      sessions: ['session:urn:uuid:s'],
      groups: ['group:urn:uuid:g'],
    });
  });
});

describe('two recordings', () => {
  test('of one call sent to two recorders on purpose are the same call', () => {
    expect(relate(recorded('genesys/invite', 0, 9000), recorded('genesys/invite', 20))).toBe('same-call');
  });

  test('of one call at two controllers are the same call by its UCID', () => {
    const atOracle = recorded('oracle/invite', 0, 9000);
    const atAvaya = {
      ...recorded('avaya/invite', 10, 8000),
      participants: atOracle.participants.slice(0, 1),
    };
    expect(relate(atOracle, atAvaya)).toBe('same-call');
  });

  test('of which one begins where the other was lost are one call continued', () => {
    expect(relate(recorded('genesys/invite', 0, 9000), recorded('genesys/invite', 9400))).toBe(
      'continuation',
    );
  });

  test('of which one takes the place of the other while that still stands are one call continued', () => {
    const replaced = recorded('genesys/invite', 0, 9000);
    expect(relate(replaced, recorded('genesys/invite', 8990))).toBe('continuation');
    // A copy that is lost early is a copy all the same, and so is one that ends with the other.
    expect(relate(recorded('genesys/invite', 0, 500), recorded('genesys/invite', 20))).toBe('same-call');
    expect(relate(replaced, recorded('genesys/invite', 8990, 8995))).toBe('same-call');
  });

  test('of a group that counts its sessions are continued in that count, whatever the gap', () => {
    const before = recorded('netsapiens/invite', 0, 9000);
    const after = recorded('netsapiens/after-transfer', 900_000);
    expect(relate(before, after)).toBe('continuation');
    expect(relate(before, { ...after, groupSequence: 4 })).toBe('same-group');
    // Lost and taken up anew it has the same number: then the clock decides.
    expect(relate(before, recorded('netsapiens/invite', 9_400))).toBe('continuation');
    expect(relate(before, recorded('netsapiens/invite', 900_000))).toBe('same-group');
  });

  test('of the two ends of one call are of one group and not the same', () => {
    const near = { ...recorded('cisco-cucm/near-end', 0), participants: ['5550101'] };
    const far = { ...recorded('cisco-cucm/far-end', 5), participants: ['5550102'] };
    expect(relate(near, far)).toBe('same-group');
  });

  test('of a transferred group are of one group', () => {
    const consultation = {
      ...recorded('netsapiens/invite', 4000, 8000),
      groups: ['group:consult-8@192.0.2.60'],
    };
    expect(relate(consultation, { ...recorded('netsapiens/after-transfer', 7000), groupSequence: 7 })).toBe(
      'same-group',
    );
  });

  test('of one group long after each other are no continuation', () => {
    const later = recorded('audiocodes/legacy', 1_000_000);
    expect(relate(recorded('audiocodes/legacy', 0, 9000), later)).toBe('same-group');
  });

  test('that share nothing are not related', () => {
    expect(relate(recorded('genesys/invite', 0), recorded('oracle/invite', 0))).toBeUndefined();
  });
});

const ids = (kind: string) => fc.subarray([1, 2, 3].map((n) => `${kind}:${n}`));
const related: fc.Arbitrary<RelatedSession> = fc
  .record(
    {
      sessions: ids('session'),
      calls: ids('call'),
      groups: ids('group'),
      participants: ids('party'),
      groupSequence: fc.integer({ min: 0, max: 3 }),
      startedAt: fc.integer({ min: 0, max: 400_000 }),
      lastsMs: fc.integer({ min: 0, max: 200_000 }),
    },
    { requiredKeys: ['sessions', 'calls', 'groups', 'participants', 'startedAt'] },
  )
  .map(({ lastsMs, ...rest }) => ({
    ...rest,
    ...(lastsMs !== undefined && { endedAt: rest.startedAt + lastsMs }),
  }));

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const digested = <T extends SessionIdentity>(item: T): T => ({
  ...item,
  sessions: item.sessions.map(digest),
  calls: item.calls.map(digest),
  groups: item.groups.map(digest),
  participants: item.participants.map(digest),
});

describe('for any two recordings the relation', () => {
  test('does not depend on their order', () => {
    fc.assert(
      fc.property(related, related, (a, b) => {
        expect(relate(a, b)).toBe(relate(b, a));
      }),
    );
  });

  test('is the same over digests of the identifiers', () => {
    fc.assert(
      fc.property(related, related, (a, b) => {
        expect(relate(digested(a), digested(b))).toBe(relate(a, b));
      }),
    );
  });

  test('exists exactly where an identifier is shared, and says the same call only of what overlaps', () => {
    fc.assert(
      fc.property(related, related, (a, b) => {
        const share = (key: 'sessions' | 'calls' | 'groups') => a[key].some((item) => b[key].includes(item));
        const found = relate(a, b);
        expect(found !== undefined).toBe(share('sessions') || share('calls') || share('groups'));
        const [first, second] = a.startedAt <= b.startedAt ? [a, b] : [b, a];
        const overlap =
          second.startedAt === first.startedAt || second.startedAt < (first.endedAt ?? Infinity);
        if (found === 'same-call') expect(overlap).toBe(true);
        if (found === 'continuation' && overlap)
          expect((first.endedAt ?? Infinity) - second.startedAt).toBeLessThanOrEqual(2_000);
      }),
    );
  });
});
