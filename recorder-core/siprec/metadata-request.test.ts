import { describe, expect, test } from '@jest/globals';
import { buildMetadataRequest, readMetadataRequest } from './metadata-request.ts';
import { readOffer } from './offer.ts';
import { RecordingSession } from './recording-session.ts';
import { metadataOf, request } from './test-support/requests.ts';

const update = (contentType: string, body: Buffer | string) => request({ contentType, body }, {}, 'UPDATE');

describe('a request for a metadata snapshot', () => {
  test('is the XML of RFC 7866 with the reason', () => {
    const { contentType, disposition, body } = buildMetadataRequest('a <partial> update was lost');
    expect([contentType, disposition]).toEqual(['application/rs-metadata+xml', 'recording-session']);
    expect(body.toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<requestsnapshot xmlns="urn:ietf:params:xml:ns:recording:1">' +
        '<requestreason xml:lang="en">a &lt;partial&gt; update was lost</requestreason></requestsnapshot>\n',
    );
  });

  test.each([
    ['application/sdp, application/rs-metadata-request', 'application/rs-metadata-request'],
    [
      'application/sdp, Application/RS-Metadata;q=1, application/rs-metadata-request',
      'application/rs-metadata',
    ],
    ['application/sdp', 'application/rs-metadata+xml'],
  ])('to a source that accepts %s is of type %s', (accept, type) => {
    expect(buildMetadataRequest('why', accept).contentType).toBe(type);
  });

  test('is told from metadata by the side that receives it', () => {
    const { contentType, body } = buildMetadataRequest('why');
    expect(readMetadataRequest(update(contentType, body))).toBe('why');
    expect(readMetadataRequest(update(contentType, metadataOf([])))).toBeUndefined();
    expect(readMetadataRequest(update(contentType, '<broken'))).toBeUndefined();
    expect(readMetadataRequest(update('application/sdp', 'v=0'))).toBeUndefined();
  });

  test('is followed by a complete document, which replaces what is known', () => {
    const session = new RecordingSession();
    const bare = (text: string) => readOffer(update('application/rs-metadata', text));
    session.start(bare(metadataOf([{ id: 'p1', aor: 'sip:ana@example.com' }])), 1);
    const { metadataChanges } = session.update(
      bare(metadataOf([{ id: 'p2', aor: 'sip:ben@example.com' }])),
      2,
    );
    expect(metadataChanges).toContainEqual({ kind: 'removed', entity: 'participants', key: 'p1' });
    expect([...session.metadata().participants.keys()]).toEqual(['p2']);
  });
});
