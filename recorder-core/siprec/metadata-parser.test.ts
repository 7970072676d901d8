import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../errors.ts';
import { buildMetadata } from './metadata-builder.ts';
import { parseMetadata } from './metadata-parser.ts';
import { metadataArbitrary } from './test-support/arbitraries.ts';
import { metadataOf } from './test-support/requests.ts';

const parse = (text: string | Buffer) => parseMetadata(Buffer.from(text));
const codes = (text: string) => parse(text).warnings.map((item) => item.code);

describe('metadata as RFC 7865 writes it', () => {
  test('is read into sessions, participants, streams and associations', () => {
    const { metadata, dialect, warnings } = parse(
      metadataOf([
        { id: 'p1', aor: 'sip:ana@example.com', name: 'Ana', sends: ['1'] },
        { id: 'p2', aor: 'tel:+15550100', sends: ['2'] },
      ]),
    );
    expect(dialect).toBe('rfc7865');
    expect(warnings).toEqual([]);
    expect(metadata.dataMode).toBe('complete');
    expect(metadata.sessions).toEqual([{ id: 's1', sipSessionIds: ['ab;remote=cd'], reasons: [] }]);
    expect(metadata.participants[0]).toEqual({
      id: 'p1',
      nameIds: [{ aor: 'sip:ana@example.com', name: 'Ana' }],
    });
    expect(metadata.streams[1]).toEqual({ id: 'stream-2', sessionId: 's1', label: '2' });
    expect(metadata.participantStreams[0]).toEqual({ participantId: 'p1', send: ['stream-1'], receive: [] });
    expect(metadata.participantSessions[0]?.associateTime).toEqual({
      raw: '2026-01-05T10:00:00Z',
      epochMs: Date.UTC(2026, 0, 5, 10),
    });
  });

  test('without a data mode is complete, and dataMode in camel case counts', () => {
    expect(parse('<recording xmlns="urn:ietf:params:xml:ns:recording:1"/>').metadata.dataMode).toBe(
      'complete',
    );
    expect(parse('<recording><dataMode>Partial</dataMode></recording>').metadata.dataMode).toBe('partial');
    expect(codes('<recording><datamode>snapshot</datamode></recording>')).toEqual([
      'metadata_unknown_data_mode',
    ]);
  });

  test('may carry a prefix, a byte order mark, blanks before the declaration, CDATA and zero bytes at the end', () => {
    const text =
      '\uFEFF\r\n<?xml version="1.0"?><tns:recording xmlns:tns="urn:x"><tns:datamode>partial</tns:datamode>' +
      '<tns:session session_id="s"/><tns:participant participant_id="p"><tns:nameID aor="5550100">' +
      '<tns:name><![CDATA[A & B]]></tns:name></tns:nameID></tns:participant></tns:recording>\0\0';
    const { metadata } = parse(text);
    expect(metadata.dataMode).toBe('partial');
    expect(metadata.participants).toEqual([{ id: 'p', nameIds: [{ aor: '5550100', name: 'A & B' }] }]);
  });

  test('keeps elements it does not know with the id of their parent', () => {
    const { metadata, warnings } = parse(
      '<recording xmlns="urn:r"><session session_id="s1"><x:ucid xmlns:x="urn:v">42</x:ucid></session><future/></recording>',
    );
    expect(
      metadata.extensions.map((item) => [item.parentId, item.element.namespace, item.element.name]),
    ).toEqual([
      ['s1', 'urn:v', 'ucid'],
      [undefined, 'urn:r', 'future'],
    ]);
    expect(warnings.map((item) => item.code)).toEqual(['metadata_unknown_element']);
  });

  test('does not mistake a vendor element for its namesake', () => {
    const { metadata } = parse(
      '<recording xmlns="urn:r"><x:session xmlns:x="urn:v" session_id="no"/></recording>',
    );
    expect(metadata.sessions).toEqual([]);
    expect(metadata.extensions).toHaveLength(1);
  });
});

describe('oddities that are forgiven with a warning', () => {
  test.each([
    ['an undeclared prefix', '<recording><x:a>1</x:a></recording>', 'metadata_not_well_formed'],
    ['an unquoted attribute', '<recording><a label=b>1</a></recording>', 'metadata_not_well_formed'],
    [
      'an empty id',
      '<recording><stream stream_id=""><label>10</label></stream></recording>',
      'metadata_missing_id',
    ],
    ['a clock in 1970', timed('1970-01-01T00:00:12Z'), 'metadata_bad_time'],
    [
      'two elements of one id',
      '<recording><group id="g"/><group id="g"/></recording>',
      'metadata_duplicate_id',
    ],
  ])('%s', (_what, text, code) => {
    expect(codes(text)).toContain(code);
  });

  test.each([
    ['2026-03-01T10:00:00+0000', Date.UTC(2026, 2, 1, 10)],
    ['2026-03-01T10:00:00.123456-05:00', Date.UTC(2026, 2, 1, 15, 0, 0, 123)],
    ['2026-03-01T10:00:00', Date.UTC(2026, 2, 1, 10)],
  ])('the time %s is read', (text, epochMs) => {
    expect(parse(timed(text)).metadata.groups[0]?.associateTime?.epochMs).toBe(epochMs);
  });
});

describe('documents that are refused', () => {
  test.each([
    ['a document type', '<!DOCTYPE recording><recording/>', 'invalid_input'],
    [
      'an entity bomb',
      '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><recording>&b;</recording>',
      'invalid_input',
    ],
    ['an entity out of nowhere', '<recording>&secret;</recording>', 'invalid_input'],
    ['another root', '<html/>', 'invalid_input'],
    ['an end that is missing', '<recording><session session_id="s">', 'invalid_input'],
    ['nothing', '', 'invalid_input'],
    ['too many bytes', `<recording>${' '.repeat(64 * 1024)}</recording>`, 'too_large'],
    ['too much depth', `<recording>${'<a>'.repeat(16)}${'</a>'.repeat(16)}</recording>`, 'too_large'],
    ['too many elements', `<recording>${'<a/>'.repeat(4096)}</recording>`, 'too_large'],
  ])('%s', (_what, text, code) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code }));
  });

  test('depth 16 and 4,096 elements are still read', () => {
    expect(() => parse(`<recording>${'<a>'.repeat(15)}${'</a>'.repeat(15)}</recording>`)).not.toThrow();
    expect(() => parse(`<recording>${'<a/>'.repeat(4095)}</recording>`)).not.toThrow();
  });

  test('any bytes give metadata or a planned error', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom('<recording>', '</recording>', '<stream ', 'id="', '">', '&amp;', '<![CDATA[', '-->'),
        fc.string(),
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((list) => Buffer.from(list.join(''))),
          fc.uint8Array().map((a) => Buffer.from(a)),
        ),
        (bytes) => {
          try {
            parseMetadata(bytes);
          } catch (error) {
            expect(isHoldfastError(error)).toBe(true);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('what the builder writes is read back the same', () => {
  fc.assert(
    fc.property(metadataArbitrary, (metadata) => {
      const document = parse(buildMetadata(metadata));
      expect(document.metadata).toEqual(metadata);
    }),
    { numRuns: 200 },
  );
});

function timed(time: string): string {
  return `<recording><group group_id="g"><associate-time>${time}</associate-time></group></recording>`;
}
