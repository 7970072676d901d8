import { expect, test } from '@jest/globals';
import type { Lineage } from '../../../../hub/api/schemas/lineage.ts';
import type { Part, RecordingDetail } from '../../../../hub/api/schemas/recording.ts';
import { lineageNodes } from './lineage-nodes.ts';

const part = (
  id: string,
  kind: Part['kind'],
  label: string | null,
  destroyedAt: string | null = null,
  replaces: string | null = null,
): Part => ({
  id,
  kind,
  label,
  store: 'objects',
  bytes: 10,
  sha256: '',
  sha512: '',
  ciphertextSha256: '',
  keyId: null,
  destroyedAt,
  replaces,
});
const recording = {
  source: 'siprec',
  startedAt: '2026-01-01T00:00:00.000Z',
  region: 'eu-central',
  state: 'retained',
  certificate: null,
  parties: [{ id: 'a', ordinal: 0, name: 'Harbour desk', address: null, label: '1' }],
  parts: [
    part('m1', 'media', '1'),
    part('m2', 'media', '2', '2026-02-01T00:00:00.000Z'),
    part('j', 'metadata', null),
    part('w', 'waveform', null),
  ],
} satisfies Parameters<typeof lineageNodes>[0];
const lineage: Lineage = {
  connections: [
    { id: 'c', name: 'Search', operation: 'upsert', outcome: 'done', at: '2026-01-01T00:00:00.000Z' },
  ],
  exports: [{ id: 'e', state: 'ready', at: '2026-01-03T00:00:00.000Z' }],
  grants: null,
};

test('What is derived comes from the voices, what is outside from all that was sealed.', () => {
  const nodes = lineageNodes(recording, lineage);
  expect(nodes.map(({ id, stage, from }) => [id, stage, from.join(' ')])).toEqual([
    ['capture', 0, ''],
    ['m1', 1, 'capture'],
    ['m2', 1, 'capture'],
    ['j', 1, 'capture'],
    ['w', 2, 'm1 m2'],
    ['connection c', 3, 'm1 m2 j'],
    ['export e', 3, 'm1 m2 j'],
  ]);
  expect(nodes.find(({ id }) => id === 'm1')?.title).toBe('Voice of Harbour desk');
  expect(nodes.find(({ id }) => id === 'm2')).toMatchObject({ title: 'Voice, line 2', tone: 'bad' });
  expect(nodes.find(({ id }) => id === 'connection c')?.target).toEqual({
    to: '/connections/$id',
    params: { id: 'c' },
  });
});

test('A part from which a span was cut out comes from the one that it was made from.', () => {
  const parts = [...recording.parts, part('m3', 'media', '2', null, 'm2')];
  const nodes = lineageNodes({ ...recording, parts }, lineage);
  expect(nodes.filter(({ stage }) => stage === 2).map(({ id, from }) => [id, from.join(' ')])).toEqual([
    ['w', 'm1 m2'],
    ['m3', 'm2'],
  ]);
});

test('A disposal is the end of it, and every node but the first comes from one that is there.', () => {
  const certificate: RecordingDetail['certificate'] = {
    disposedAt: '2026-03-01T00:00:00.000Z',
    ledgerIndex: 3,
    rules: [],
  };
  for (const nodes of [
    lineageNodes({ ...recording, certificate }, undefined),
    lineageNodes({ ...recording, parts: [], certificate }, lineage),
  ]) {
    expect(nodes.at(-1)).toMatchObject({ id: 'disposal', stage: 3 });
    const ids = new Set(nodes.map(({ id }) => id));
    expect(nodes.flatMap(({ from }) => from).filter((id) => !ids.has(id))).toEqual([]);
    expect(nodes.filter(({ from }) => from.length === 0).map(({ id }) => id)).toEqual(['capture']);
  }
});
