import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { ExportedRecording } from './read-recording.ts';
import { describeVcon, VCON_DRAFT, type VconSource } from './vcon.ts';

/** What of the unsigned form of draft-ietf-vcon-vcon-core-04, appendix B, a recording uses; nothing else may stand there. */
const index = z.int().min(0);
const instant = z.iso.datetime();
const vconSchema = z.strictObject({
  vcon: z.literal('0.4.0'),
  uuid: z.uuid(),
  created_at: instant,
  subject: z.string(),
  parties: z.array(
    z.strictObject({ name: z.string().optional(), tel: z.string().optional(), sip: z.string().optional() }),
  ),
  dialog: z.array(
    z.strictObject({
      type: z.literal('recording'),
      start: instant,
      duration: z.number().min(0),
      parties: z.array(z.union([index, z.array(index), z.null()])),
      party_history: z.array(
        z.strictObject({ party: index, time: instant, event: z.enum(['join', 'drop']) }),
      ),
      mediatype: z.string().optional(),
      filename: z.string().optional(),
      content_hash: z
        .string()
        .regex(/^sha512-[A-Za-z0-9_-]{86}$/)
        .optional(),
    }),
  ),
  analysis: z.array(z.never()),
  attachments: z.array(z.never()),
});

const parties = [
  { id: 'a', recordingId: 'r', ordinal: 0, name: 'Ana', address: 'sip:+4930123456@sbc.example', label: '1' },
  { id: 'b', recordingId: 'r', ordinal: 1, name: null, address: 'sip:desk@pbx.example', label: '2' },
  { id: 'c', recordingId: 'r', ordinal: 2, name: 'Cem', address: null, label: null },
];
const source: VconSource = {
  exportId: '019ad0c0-1111-7000-8000-000000000000',
  createdAt: new Date('2026-11-26T10:00:00Z'),
  exported: {
    recording: {
      id: '019ad0c0-2222-7000-8000-000000000000',
      startedAt: '2026-11-26T09:00:00.000Z',
      durationMs: 61_500,
    },
    parties,
    channels: ['1', '2', '3'].map((label) => ({ label, party: undefined, parts: [] })),
  } as unknown as ExportedRecording,
  session: {
    presence: [
      { ordinal: 0, participantId: null, joinedAt: '2026-11-26T09:00:00.000Z', leftAt: null },
      {
        ordinal: 2,
        participantId: null,
        joinedAt: '2026-11-26T09:00:10.000Z',
        leftAt: '2026-11-26T09:00:20.000Z',
      },
      { ordinal: 9, participantId: null, joinedAt: '2026-11-26T09:00:10.000Z', leftAt: null },
    ],
  } as unknown as VconSource['session'],
  playable: {
    file: { path: 'x', bytes: 1, sha256: '', sha512: '00'.repeat(64), role: 'playable' },
  } as VconSource['playable'],
};

describe('a vCon', () => {
  test('is of the form that the draft defines, with the sound bound by its SHA-512', () => {
    const vcon = describeVcon(source);
    expect(vconSchema.parse(vcon)).toEqual(vcon);
    expect(VCON_DRAFT.name).toBe('draft-ietf-vcon-vcon-core-04');
    expect(vcon.dialog[0]).toMatchObject({
      duration: 61.5,
      filename: 'audio.wav',
      content_hash: `sha512-${'A'.repeat(86)}`,
    });
  });

  test('says who spoke on which channel, and when people came and went', () => {
    const vcon = describeVcon(source);
    expect(vcon.parties).toEqual([
      { name: 'Ana', tel: '+4930123456', sip: 'sip:+4930123456@sbc.example' },
      { sip: 'sip:desk@pbx.example' },
      { name: 'Cem' },
    ]);
    expect(vcon.dialog[0]?.parties).toEqual([[0], [1], null]);
    expect(vcon.dialog[0]?.party_history).toEqual([
      { party: 0, time: '2026-11-26T09:00:00.000Z', event: 'join' },
      { party: 2, time: '2026-11-26T09:00:10.000Z', event: 'join' },
      { party: 2, time: '2026-11-26T09:00:20.000Z', event: 'drop' },
    ]);
  });

  test('has an id of its own for each copy, the same each time, of version 8', () => {
    const { uuid } = describeVcon(source);
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(describeVcon(source).uuid).toBe(uuid);
    expect(describeVcon({ ...source, exportId: 'another' }).uuid).not.toBe(uuid);
  });

  test('of a recording that cannot be played names no sound', () => {
    const vcon = describeVcon({
      ...source,
      session: undefined,
      playable: { ...source.playable, file: null },
    });
    expect(vconSchema.parse(vcon)).toEqual(vcon);
    expect(vcon.dialog[0]).not.toHaveProperty('content_hash');
  });
});
