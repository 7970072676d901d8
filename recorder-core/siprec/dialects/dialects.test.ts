import { describe, expect, test } from '@jest/globals';
import { parseMetadata } from '../metadata-parser.ts';
import { readOffer } from '../offer.ts';
import { RecordingSession } from '../recording-session.ts';
import { multipart, request, sdpOffer } from '../test-support/requests.ts';
import { DIALECTS } from './registry.ts';

const parse = (text: string) => parseMetadata(Buffer.from(text));
const sdpBody = (labels: readonly string[]) =>
  sdpOffer(labels.map((label) => ({ label, direction: 'sendonly' })));

function parties(labels: readonly string[], metadata: string) {
  const session = new RecordingSession();
  session.start(readOffer(request(multipart(sdpBody(labels), metadata))), 1);
  return session.parties().map((party) => [party.label, party.aor, party.name, party.source]);
}

const ORACLE = `<?xml version='1.0' encoding='UTF-8'?>
<recording xmlns='urn:ietf:params:xml:ns:recording'>
  <dataMode>complete</dataMode>
  <session id="S1=="><associate-time>2026-02-03T09:00:00</associate-time>
    <extensiondata xmlns:apkt="http://acmepacket.com/siprec/extensiondata"><apkt:ucid>00FA08</apkt:ucid></extensiondata>
  </session>
  <participant id="P1==" session="S1==">
    <nameID aor="sip:5550101@sbc.example"><name>Desk one</name></nameID>
    <send>M1==</send>
    <associate-time>2026-02-03T09:00:00</associate-time>
    <extensiondata xmlns:apkt="http://acmepacket.com/siprec/extensiondata">
      <apkt:callingParty>true</apkt:callingParty><apkt:in-realm>core</apkt:in-realm>
    </extensiondata>
  </participant>
  <participant id="P2==" session="S1==">
    <nameID aor="sip:5550102@sbc.example"/><send>M2==</send>
  </participant>
  <stream id="M1==" session="S1=="><label>16777227</label><mode>separate</mode></stream>
  <stream id="M2==" session="S1=="><label>16777228</label><mode>separate</mode></stream>
</recording>`;

describe('Oracle', () => {
  test('sends inside the participant, with labels as big integers and times without zone', () => {
    expect(parties(['16777227', '16777228'], ORACLE)).toEqual([
      ['16777227', 'sip:5550101@sbc.example', 'Desk one', 'metadata'],
      ['16777228', 'sip:5550102@sbc.example', undefined, 'metadata'],
    ]);
  });

  test('tells the calling party, the realm and the UCID in extension data', () => {
    const document = parse(ORACLE);
    expect(document.dialect).toBe('oracle');
    expect(document.facts).toEqual([
      { name: 'ucid', value: '00FA08', subjectId: 'S1==' },
      { name: 'calling_party', value: 'true', subjectId: 'P1==' },
      { name: 'realm', value: 'core', subjectId: 'P1==' },
    ]);
    expect(document.metadata.sessionRecordings[0]?.associateTime?.epochMs).toBe(Date.UTC(2026, 1, 3, 9));
  });

  test('ends a participant with a disassociate-time inside it', () => {
    const session = new RecordingSession();
    session.start(readOffer(request(multipart(sdpBody(['16777227', '16777228']), ORACLE))), 1);
    const update = `<recording xmlns='urn:ietf:params:xml:ns:recording'><dataMode>partial</dataMode>
      <participant id="P2==" session="S1=="><disassociate-time>2026-02-03T09:05:00</disassociate-time></participant></recording>`;
    const offer = readOffer(request({ contentType: 'application/rs-metadata+xml', body: update }));
    expect(session.update(offer, 2).partiesLeft).toMatchObject([
      { ordinal: 2, aor: 'sip:5550102@sbc.example' },
    ]);
  });
});

const BROADWORKS = `<?xml version="1.0" encoding="UTF-8"?>
<recording_metadata xmlns="urn:ietf:params:xml:ns:siprec">
  <dataMode>complete</dataMode>
  <recording id="urn:uuid:r"><requestor>SRC</requestor><type>selective</type></recording>
  <group id="urn:uuid:g" recording="urn:uuid:r"><initiator>sip:a@as.example</initiator></group>
  <session id="urn:uuid:s" group="urn:uuid:g"><start-time>2026-02-03T09:00:00-04:00</start-time></session>
  <participant id="urn:uuid:p1" session="urn:uuid:s"><aor>sip:a@as.example</aor><send><id>urn:uuid:m1</id></send></participant>
  <participant id="urn:uuid:p2" session="urn:uuid:s"><aor>sip:b@as.example</aor><name>Bea</name><send><id>urn:uuid:m1</id></send></participant>
  <stream id="urn:uuid:m1" session="urn:uuid:s"><label>1</label><mode>mixed</mode></stream>
  <extensiondata id="urn:uuid:e" parent="urn:uuid:s">
    <broadWorksRecordingMetadata xmlns="http://schema.broadsoft.com/broadworksCallRecording" version="3.0">
      <extTrackingID>t-77</extTrackingID><callID>callhalf-1:0</callID>
      <callType><origCall><dialedDigits>sip:b@as.example</dialedDigits></origCall></callType>
      <recordingType>on</recordingType>
    </broadWorksRecordingMetadata>
  </extensiondata>
</recording_metadata>`;

describe('BroadWorks', () => {
  test('puts two parties on one mixed stream, ids nested in send', () => {
    expect(parties(['1'], BROADWORKS)).toEqual([
      ['1', 'sip:a@as.example', undefined, 'metadata'],
      ['1', 'sip:b@as.example', 'Bea', 'metadata'],
    ]);
  });

  test('tells tracking id, kind of call and recording type', () => {
    const document = parse(BROADWORKS);
    expect(document.dialect).toBe('broadworks');
    expect(document.facts).toEqual([
      { name: 'external_tracking_id', value: 't-77' },
      { name: 'call_id', value: 'callhalf-1:0' },
      { name: 'recording_type', value: 'on' },
      { name: 'call_type', value: 'origCall' },
    ]);
    expect(document.warnings).toEqual([]);
    expect(document.metadata.sessions[0]).toMatchObject({ id: 'urn:uuid:s', groupId: 'urn:uuid:g' });
  });
});

const avaya = (second: string) => `<recording xmlns="urn:ietf:params:xml:ns:recording:1">
  <dataMode>complete</dataMode><session session_id="s"/>
  <participant participant_id="p1"><nameID aor="sip:2001@pbx.example"/></participant>
  <participant participant_id="p2"><nameID aor="${second}"/></participant>
  <stream stream_id="" session_id="s"><label>10</label></stream>
  <stream stream_id="" session_id="s"><label>20</label></stream>
</recording>`;

describe('Avaya', () => {
  test('leaves stream ids empty, so lines are bound by position', () => {
    expect(parties(['10', '20'], avaya('sip:2002@pbx.example'))).toEqual([
      ['10', 'sip:2001@pbx.example', undefined, 'position'],
      ['20', 'sip:2002@pbx.example', undefined, 'position'],
    ]);
    expect(parse(avaya('sip:2002@pbx.example')).dialect).toBe('avaya');
  });

  test('names a placeholder first and the real party in a later UPDATE: one party, renamed', () => {
    const session = new RecordingSession();
    const opening = session.start(
      readOffer(request(multipart(sdpBody(['10', '20']), avaya('sip:ASBCE@198.51.100.1')))),
      1,
    );
    expect(opening.warnings.map((item) => item.code)).toContain('party_placeholder');
    expect(session.parties()[1]).toMatchObject({ placeholder: true });
    const body = avaya('sip:2002@pbx.example').replace('"p2"', '"p7"');
    const changes = session.update(
      readOffer(request({ contentType: 'application/rs-metadata+xml', body })),
      2,
    );
    expect([changes.partiesJoined, changes.partiesLeft]).toEqual([[], []]);
    expect(changes.partiesChanged).toMatchObject([
      { ordinal: 2, aor: 'sip:2002@pbx.example', participantId: 'p7' },
    ]);
    expect(session.parties()[1]?.placeholder).toBeUndefined();
  });
});

describe('Cisco without metadata', () => {
  const partiesOf = (lines: number, headers: Readonly<Record<string, string>>) => {
    const session = new RecordingSession();
    const body = sdpOffer(Array.from({ length: lines }, () => ({ direction: 'sendonly' })));
    session.start(readOffer(request({ contentType: 'application/sdp', body }, headers)), 1);
    return session.parties().map((party) => [party.streamKey, party.aor]);
  };

  test('CUBE names each participant with its media lines', () => {
    const headers = { 'X-Cisco-Recording-Participant': 'sip:7080@192.0.2.4;media-index="1"' };
    expect(partiesOf(2, headers)).toEqual([
      ['line=0', undefined],
      ['line=1', 'sip:7080@192.0.2.4'],
    ]);
  });

  test.each([
    [
      'near end',
      '<sip:2000@ucm1;x-nearend;x-refci=1;x-nearenddevice=B;x-farendaddr=1000>;tag=a',
      'sip:2000@ucm1',
    ],
    ['far end', '<sip:2000@ucm1;x-farend;x-refci=1;x-nearenddevice=B;x-farendaddr=1000>;tag=a', '1000'],
  ])('CUCM sends the %s in a dialog of its own', (_end, from, aor) => {
    expect(partiesOf(1, { From: from })).toEqual([['line=0', aor]]);
  });
});

test.each(
  DIALECTS.filter((dialect) => dialect.client !== undefined).map(
    (dialect) => [dialect.name, dialect] as const,
  ),
)(
  'what the recording client writes as %s is recognised and read back with the right parties',
  (name, dialect) => {
    const { metadata } = parse(ORACLE);
    const written = dialect.client!.writeMetadata({ ...metadata, extensions: [] });
    const document = parse(written);
    expect(document.dialect).toBe(name);
    expect(parties(['16777227', '16777228'], written).map(([label, aor]) => [label, aor])).toEqual([
      ['16777227', 'sip:5550101@sbc.example'],
      ['16777228', 'sip:5550102@sbc.example'],
    ]);
  },
);
