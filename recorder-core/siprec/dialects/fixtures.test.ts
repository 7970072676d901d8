import { describe, expect, test } from '@jest/globals';
import { readOffer } from '../offer.ts';
import { recordingEvidence } from '../recording-session-evidence.ts';
import { RecordingSession } from '../recording-session.ts';
import { fixture } from '../test-support/fixtures.ts';

/** A fixture opens a session; what is known then. */
function opened(name: string) {
  const request = fixture(name);
  const session = new RecordingSession();
  const offer = readOffer(request);
  session.start(offer, 1);
  return {
    evidence: recordingEvidence(request),
    dialect: session.dialect(),
    parties: session.parties().map(({ streamKey, aor, name: who }) => [streamKey, aor, who]),
    facts: Object.fromEntries(
      session.facts().map((fact) => [`${fact.name} ${fact.subjectId ?? ''}`.trim(), fact.value]),
    ),
    warnings: session.warnings().map((item) => item.code),
    offer,
  };
}

describe('a call from each source', () => {
  test('Oracle: senders inside participants, big labels, times without zone, facts in apkt elements', () => {
    const call = opened('oracle/invite');
    expect(call).toMatchObject({
      evidence: ['require-siprec', 'contact-src', 'metadata-body'],
      dialect: 'oracle',
      parties: [
        ['label=16777227', 'sip:5550101@sbc.example', 'Desk one'],
        ['label=16777228', 'sip:5550102@sbc.example', undefined],
      ],
      warnings: [],
    });
    expect(call.facts).toEqual({
      'ucid S1+a/==': '00FA080001000200000003;encoding=hex',
      'calling_party P1==': 'true',
      'request_uri P1==': 'sip:5550102@sbc.example:5060',
      'realm P1==': 'core',
      'call_id P1==': 'inner-7@192.0.2.30',
      'calling_party P2==': 'false',
    });
    const [association] = call.offer.metadata!.document!.metadata.sessionRecordings;
    expect(association?.associateTime?.epochMs).toBe(Date.UTC(2026, 1, 3, 9));
  });

  test('Cisco CUBE: interleaved elements, a session id with its remote half, a third part of another kind', () => {
    const call = opened('cisco-cube/invite');
    expect(call).toMatchObject({
      dialect: 'cisco-cube',
      parties: [
        ['label=1', 'sip:5550101@cube.example', undefined],
        ['label=2', 'sip:5550102@cube.example', 'Desk two'],
      ],
      facts: { global_call_id: '0648881792-0000065536-0000001647-0185272330' },
      warnings: [],
    });
    expect(call.offer.metadata?.document?.metadata.sessions[0]?.sipSessionIds).toEqual([
      'e9fffff2020a598b86962867715db0cf;remote=cd0f7093d62c5f0697098fd69a4aa57b',
    ]);
  });

  test('Cisco network-based recording: parties from headers, both on the one line there is', () => {
    expect(opened('cisco-nbr/invite')).toMatchObject({
      evidence: ['cisco-header'],
      dialect: 'cisco-nbr',
      parties: [
        ['line=0', 'sip:5550101@cube.example', undefined],
        ['line=0', 'sip:5550102@cube.example', undefined],
      ],
      warnings: ['label_missing', 'metadata_missing', 'party_from_headers', 'label_shared'],
    });
  });

  test.each([
    ['near', '5550101'],
    ['far', '5550102'],
  ])('Cisco built-in bridge: a dialog without body for the %s end, tied by its call reference', (end) => {
    expect(opened(`cisco-cucm/${end}-end`)).toMatchObject({
      evidence: ['contact-focus'],
      dialect: 'cisco-cucm',
      parties: [],
      facts: { call_reference: 'cluster1/82731258' },
      warnings: [],
    });
  });

  test('AudioCodes, legacy form: a bare src, ids of digits in groups, numbers as addresses', () => {
    expect(opened('audiocodes/legacy')).toMatchObject({
      evidence: ['require-siprec', 'contact-src', 'metadata-body'],
      dialect: 'audiocodes',
      parties: [
        ['label=1', '+12125550101', 'Desk one'],
        ['label=2', '5550102@sbc.example', undefined],
      ],
      warnings: [],
    });
  });

  test('AudioCodes, RFC 7865 form: call ids of the contact centre behind it', () => {
    expect(opened('audiocodes/rfc7865')).toMatchObject({
      dialect: 'audiocodes',
      facts: {
        'ucid s219ce5a2': 'FA080001000200000003',
        'genesys_uuid s219ce5a2': '4B0KLLA3VH66JF112M1CC9VHKS14F0KP',
      },
      warnings: [],
    });
  });

  test('Ribbon: prefixed elements, a clock of 1970, the first party on the line labelled 2', () => {
    const call = opened('ribbon/invite');
    expect(call).toMatchObject({
      dialect: 'ribbon',
      parties: [
        ['label=1', 'sip:5550102@192.0.2.72', undefined],
        ['label=2', 'sip:5550101@192.0.2.55', 'Desk one'],
      ],
      warnings: ['metadata_bad_time'],
    });
    expect(call.facts).toEqual({
      'from_header g1MA==': '"Desk one" <sip:5550101@192.0.2.55>;tag=BKH9',
      'to_header g1MA==': '<sip:5550102@192.0.2.72>;tag=gK04',
      'call_id g1MA==': '0a5a5f62-a606-1235-d6a2-000000000001',
      'global_call_id g1MA==': '241467418',
    });
    expect(call.offer.streams[0]).toMatchObject({ address: '192.0.2.21', maxptime: 20 });
  });

  test('Metaswitch: one mixed line without direction, bare digits, a Contact left open', () => {
    expect(opened('metaswitch/invite')).toMatchObject({
      evidence: ['require-siprec', 'contact-src', 'metadata-body'],
      dialect: 'metaswitch',
      parties: [
        ['label=1', '2125550101', '2125550101'],
        ['label=1', '2125550102', '2125550102'],
      ],
      facts: {
        call_type: 'terminating',
        recorded_party: '+12125550102',
        calling_number: '2125550101',
        dialed_digits: '12125550102',
      },
      warnings: ['label_shared'],
    });
  });

  test('Avaya: a placeholder with an empty stream, the tag inside the Contact, the UCID as session id', () => {
    expect(opened('avaya/invite')).toMatchObject({
      evidence: ['require-siprec', 'contact-src', 'metadata-body'],
      dialect: 'avaya',
      parties: [
        ['label=10', 'sip:5550101@pbx.example', undefined],
        ['label=20', 'sip:ASBCE@asbce.example', undefined],
      ],
      facts: { ucid: '00FA080001000200000003' },
    });
  });

  test('BroadWorks and Webex: metadata first, nested ids, Opus first, facts of a redirected call', () => {
    const call = opened('broadworks/invite');
    expect(call).toMatchObject({
      evidence: ['require-siprec', 'contact-src', 'metadata-body'],
      dialect: 'broadworks',
      parties: [
        ['label=1', 'sip:a@as.example', undefined],
        ['label=2', 'sip:5550102@as.example;user=phone', 'Desk two'],
      ],
      warnings: [],
    });
    expect(call.facts).toMatchObject({
      external_tracking_id: 't-77',
      'call_id urn:uuid:s': 'callhalf-1:0',
      'recording_type urn:uuid:s': 'on',
      'calling_number urn:uuid:s': 'sip:5550101@as.example',
      call_type: 'redirectedCall',
    });
    expect(call.offer.streams[0]?.formats.map((format) => format.payloadType)).toEqual([
      111, 101, 0, 8, 9, 107,
    ]);
    expect(call.offer.streams[0]?.formats.at(-1)).toMatchObject({
      name: 'telephone-event',
      clockRate: 48_000,
    });
  });

  test('OpenSIPS: no t= and c= line, no streams, a name with parameters behind it', () => {
    const call = opened('opensips/invite');
    expect(call).toMatchObject({
      evidence: ['require-siprec', 'contact-src', 'metadata-body'],
      dialect: 'opensips',
      parties: [
        ['label=0', 'sip:5550101@proxy.example', 'Desk one'],
        ['label=1', 'sip:5550102@proxy.example', undefined],
      ],
    });
    expect(new Set(call.warnings)).toEqual(new Set(['address_missing', 'party_by_position']));
    const [association] = call.offer.metadata!.document!.metadata.sessionRecordings;
    expect(association?.associateTime?.epochMs).toBe(Date.UTC(2026, 1, 3, 9));
  });

  test('NetSapiens: parties by position, group and sequence number', () => {
    expect(opened('netsapiens/invite')).toMatchObject({
      dialect: 'netsapiens',
      parties: [
        ['label=1', 'sip:1001@pbx.example', 'Desk one'],
        ['label=2', 'sip:1002@pbx.example', 'Desk two'],
      ],
      facts: { group_sequence: '0', transfer_action: 'Recording', calling_number: '2125550101' },
    });
  });

  test('Genesys: the call in a header, a supervisor who only listens, a boundary with a semicolon', () => {
    expect(opened('genesys/invite')).toMatchObject({
      dialect: 'genesys',
      parties: [
        ['label=1', 'sip:5550101@gvp.example', undefined],
        ['label=2', 'tel:+12125550102', undefined],
        [undefined, 'sip:5550109@gvp.example', undefined],
      ],
      facts: { genesys_uuid: '4B0KLLA3VH66JF112M1CC9VHKS14F0KP' },
      warnings: [],
    });
  });

  test('SEMS: labels that are words, a body that is not closed', () => {
    expect(opened('generic/named-labels')).toMatchObject({
      dialect: 'rfc7865',
      parties: [
        ['label=a_leg', 'sip:5550101@sems.example', '5550101'],
        ['label=b_leg', 'sip:5550102@sems.example', undefined],
      ],
      warnings: [],
    });
  });

  test('FreeSWITCH: one mixed line whose label does not reach the wire', () => {
    expect(opened('generic/one-mixed-line')).toMatchObject({
      parties: [
        ['line=0', 'sip:5550101@sems.example', '5550101'],
        ['line=0', 'sip:5550102@sems.example', undefined],
      ],
      warnings: expect.arrayContaining(['label_missing', 'label_shared']),
    });
  });
});
