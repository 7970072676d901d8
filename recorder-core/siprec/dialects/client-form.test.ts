import { describe, expect, test } from '@jest/globals';
import { Headers } from '../../sip/headers.ts';
import { buildMultipart } from '../../sip/multipart.ts';
import { headerSpeakers } from '../header-speakers.ts';
import { readOffer } from '../offer.ts';
import { isRecordingSession } from '../recording-session-evidence.ts';
import { RecordingSession } from '../recording-session.ts';
import { sdpOffer } from '../test-support/requests.ts';
import { userPart } from './name-ids.ts';
import { DIALECTS } from './registry.ts';
import type { SipRequest } from '../../sip/message.ts';
import type { RecordingMetadata } from '../metadata.ts';
import type { ClientForm } from './client-form.ts';

const parties = [{ aor: 'sip:5550101@src.example', name: 'Desk one' }, { aor: 'sip:5550102@src.example' }];
const facts = { parties, sessionId: 's1', groupId: 'g1', sipSessionId: '0f'.repeat(16), line: 0 };

/** The lines of a form: label and who speaks there. */
function linesOf(form: ClientForm) {
  const count = form.lines === 'mixed' ? 1 : 2;
  return Array.from({ length: count }, (_, line) => (form.label ? form.label(line) : String(line + 1)));
}

function metadataFor(form: ClientForm): RecordingMetadata {
  const labels = linesOf(form);
  const streamOf = (party: number) => `m${Math.min(party, labels.length - 1)}`;
  return {
    dataMode: 'complete',
    groups: [{ id: 'g1' }],
    sessions: [{ id: 's1', groupId: 'g1', sipSessionIds: [facts.sipSessionId], reasons: [] }],
    participants: parties.map((nameId, index) => ({ id: `p${index}`, nameIds: [nameId] })),
    streams: labels.map((label, index) => ({ id: `m${index}`, sessionId: 's1', ...(label && { label }) })),
    sessionRecordings: [{ sessionId: 's1' }],
    participantSessions: parties.map((_, index) => ({
      participantId: `p${index}`,
      sessionId: 's1',
      params: [],
    })),
    participantStreams: parties.map((_, index) => ({
      participantId: `p${index}`,
      send: [streamOf(index)],
      receive: [streamOf(1 - index)],
    })),
    extensions: [],
  };
}

/** An INVITE as a client that follows the form to the letter would send it. */
function inviteOf(form: ClientForm, metadata = metadataFor(form)): SipRequest {
  const rows = Object.entries(form.headers?.(facts) ?? {}).flatMap(([name, value]) =>
    [value].flat().map((item) => [name, item] as const),
  );
  const params = form.contactParams ?? ';+sip.src';
  const uri = 'sip:src@192.0.2.10:5060';
  const contact = {
    header: `<${uri}>${params}`,
    uri: `<${uri}${params}>`,
    unclosed: `<${uri}${params}`,
  }[form.contactPlace ?? 'header'];
  const sdp = Buffer.from(
    (form.shapeSdp ?? ((text: string) => text))(
      sdpOffer(
        linesOf(form).map((label) => ({ ...(label !== undefined && { label }), direction: 'sendonly' })),
      ),
    ),
  );
  const body = form.body ?? 'multipart';
  const parts = [
    { contentType: 'application/sdp', body: sdp },
    {
      contentType: form.metadataType ?? 'application/rs-metadata+xml',
      disposition: 'recording-session',
      body: Buffer.from(form.writeMetadata(metadata)),
    },
  ];
  if (form.metadataFirst) parts.reverse();
  const multipart = buildMultipart([...parts, ...(form.moreParts ?? [])], form.boundary ?? 'b1');
  const contentType = { multipart: multipart.contentType, sdp: 'application/sdp', delayed: undefined }[body];
  const headers = new Headers([
    ['From', `<sip:5550101@192.0.2.10${form.fromUriParams?.(facts) ?? ''}>;tag=a`],
    ['To', '<sip:srs@203.0.113.5>'],
    ['Contact', contact],
    ...((form.requiresSiprec ?? true) ? ([['Require', 'siprec']] as const) : []),
    ...(contentType === undefined ? [] : ([['Content-Type', contentType]] as const)),
    ...rows,
  ]);
  return {
    kind: 'request',
    method: 'INVITE',
    uri: 'sip:srs@203.0.113.5',
    headers,
    body: { multipart: multipart.body, sdp, delayed: Buffer.alloc(0) }[body],
  };
}

const forms = DIALECTS.flatMap(({ name, client }) => (client ? [[name, client] as const] : []));

describe('what the recording client writes in the form of', () => {
  test.each(forms)(
    '%s is taken for a recording session of that source, each party on its line',
    (name, form) => {
      const request = inviteOf(form);
      expect(isRecordingSession(request)).toBe(true);
      const session = new RecordingSession();
      session.start(readOffer(request), 1);
      expect(session.dialect()).toBe(name);
      if (form.body === 'delayed') {
        expect(headerSpeakers(request, [])).toEqual([]);
        return;
      }
      const labels = linesOf(form);
      const digits = session.parties().map((party) => [party.label, userPart(party.aor ?? '')]);
      expect(digits).toEqual([
        [labels[0], '5550101'],
        [labels.at(-1), '5550102'],
      ]);
    },
  );

  test('cisco-cucm says in each dialog which end it carries, and that both are one call', () => {
    const form = DIALECTS.find((dialect) => dialect.name === 'cisco-cucm')!.client!;
    const ends = [0, 1].map((line) => form.fromUriParams!({ ...facts, line }));
    expect(ends[0]).toMatch(/^;x-nearend;.*x-nearendaddr=5550101;x-farendaddr=5550102$/);
    expect(ends[1]).toMatch(/^;x-farend;/);
    expect(ends.map((text) => /x-refci=(\d+)/.exec(text)?.[1])).toEqual([
      expect.any(String),
      expect.any(String),
    ]);
    expect(/x-refci=(\d+)/.exec(ends[0]!)?.[1]).toBe(/x-refci=(\d+)/.exec(ends[1]!)?.[1]);
  });

  test('avaya opens with a stand-in and names the party later', () => {
    const form = DIALECTS.find((dialect) => dialect.name === 'avaya')!.client!;
    const whole = metadataFor(form);
    const session = new RecordingSession();
    const opening = session.start(readOffer(inviteOf(form, form.openingMetadata!(whole))), 1);
    expect(opening.warnings.map((item) => item.code)).toContain('party_placeholder');
    expect(session.parties()[1]).toMatchObject({ label: '20', placeholder: true });
    const changes = session.update(readOffer(inviteOf(form, whole)), 2);
    expect([changes.partiesJoined, changes.partiesLeft]).toEqual([[], []]);
    expect(session.parties()[1]).toMatchObject({ label: '20', aor: 'sip:5550102@src.example' });
  });

  test('opensips leaves out what its SDP leaves out', () => {
    const form = DIALECTS.find((dialect) => dialect.name === 'opensips')!.client!;
    const shaped = form.shapeSdp!(sdpOffer([{ label: '0' }]));
    expect(shaped).not.toMatch(/^[tc]=/m);
    expect(shaped).toContain('o=sbc 1 1 IN IP4 0.0.0.0\r\n');
  });
});
