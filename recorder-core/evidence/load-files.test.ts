import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BundleRow } from './bundle-row.ts';
import { DAT, DAT_COLUMNS, datLines, optLines, PROFILES, type Profile } from './load-files.ts';

function row(change: Partial<BundleRow> = {}): BundleRow {
  return {
    id: '01a21770-b633-71bf-b038-e24f5d9fae64',
    state: 'retained',
    startedAt: '2026-11-26T09:00:00.000Z',
    endedAt: '2026-11-26T09:01:00.000Z',
    durationMs: 60_000,
    parties: ['Ana Agent <sip:+4930123456@sbc.example>'],
    custodian: 'node-1 (business-call)',
    holds: [],
    matters: [],
    sound: { path: 'recordings/x/audio.wav', sha256: 'ab'.repeat(32) },
    stored: null,
    parts: 3,
    destroyed: 0,
    ...change,
  };
}

function decode(bytes: Buffer, profile: Profile): string {
  if (profile === 'latin-1') return bytes.toString('latin1');
  const text = bytes.toString('utf8');
  expect(text[0]).toBe('\ufeff');
  return text.slice(1);
}

/** Reads a DAT file as programs of e-discovery do: by its delimiters alone. */
function parseDat(bytes: Buffer, profile: Profile): Record<string, string>[] {
  const lines = decode(bytes, profile).split('\r\n');
  expect(lines.pop()).toBe('');
  const [header = [], ...records] = lines.map((line) =>
    line.split(DAT.field).map((field) => {
      expect(field.startsWith(DAT.quote) && field.endsWith(DAT.quote) && field.length >= 2).toBe(true);
      const content = field.slice(1, -1);
      expect(content).not.toContain(DAT.quote);
      return content
        .replaceAll(DAT.newline, '\n')
        .replaceAll(/\{U\+([0-9A-F]{4,6})\}/g, (_, hex: string) =>
          String.fromCodePoint(Number.parseInt(hex, 16)),
        );
    }),
  );
  return records.map((fields) => {
    expect(fields.length).toBe(header.length);
    return Object.fromEntries(fields.map((field, i) => [header[i] ?? '', field]));
  });
}

const dat = (rows: readonly BundleRow[], profile: Profile, matter: string | null = null): Buffer =>
  Buffer.concat([...datLines(rows, matter, profile)]);

describe.each(PROFILES)('the load files in %s', (profile) => {
  test('name each recording with its times, parties, digest, hold and matter', () => {
    const held = row({ holds: ['h-1'], matters: ['M-2'] });
    expect(parseDat(dat([held], profile, 'M-1'), profile)).toEqual([
      {
        BEGDOC: 'HF00000001',
        ENDDOC: 'HF00000001',
        CUSTODIAN: 'node-1 (business-call)',
        STARTUTC: '2026-11-26T09:00:00.000Z',
        ENDUTC: '2026-11-26T09:01:00.000Z',
        DURATIONMS: '60000',
        PARTIES: 'Ana Agent <sip:+4930123456@sbc.example>',
        SHA256: 'ab'.repeat(32),
        HOLDID: 'h-1',
        MATTERID: 'M-1; M-2',
        STATE: 'retained',
        RECORDINGID: held.id,
        NATIVEPATH: '.\\recordings\\x\\audio.wav',
        TEXTPATH: '',
      },
    ]);
    expect(DAT_COLUMNS.length).toBe(14);
  });

  test('survive any text: quotes, separators, line breaks, other scripts, and what looks like a sign of theirs', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          '\u0014',
          '\u00fe',
          '\u00ae',
          '\r',
          '\n',
          '"',
          ';',
          ',',
          '{U+0041}',
          '{U+',
          '{',
          '}',
          '\u0000',
          '\u0085',
        ),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (parties) => {
        const [read] = parseDat(dat([row({ parties })], profile), profile);
        const lines = (text: string): string => text.replaceAll(/\r\n|\r/g, '\n');
        expect(read?.['PARTIES']).toBe(lines(parties.join('; ')));
      }),
    );
  });

  test('have one page of seven fields a recording in the OPT file, in the order of the DAT file', () => {
    const text = decode(Buffer.concat([...optLines([row(), row({ sound: null })], profile)]), profile);
    expect(text).toBe(
      'HF00000001,HOLDFAST,.\\recordings\\x\\audio.wav,Y,,,1\r\nHF00000002,HOLDFAST,,Y,,,1\r\n',
    );
  });
});

test('the delimiters are the bytes that programs look for, and not the same in both encodings', () => {
  const bytes = (profile: Profile): Buffer => dat([row({ parties: ['Ana\nAgent'] })], profile);
  expect(bytes('latin-1').includes(Buffer.from([0xfe, 0x14, 0xfe]))).toBe(true);
  expect(bytes('latin-1').includes(0xae)).toBe(true);
  expect(bytes('utf-8').includes(Buffer.from([0xc3, 0xbe, 0x14, 0xc3, 0xbe]))).toBe(true);
  expect(bytes('utf-8').subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
});
