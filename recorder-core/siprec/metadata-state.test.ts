import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyMetadata, EMPTY_METADATA_STATE, MAX_ITEMS, type MetadataState } from './metadata-state.ts';
import { parseMetadata } from './metadata-parser.ts';
import { metadataArbitrary } from './test-support/arbitraries.ts';
import { metadataOf } from './test-support/requests.ts';

const read = (text: string) => parseMetadata(Buffer.from(text)).metadata;
const apply = (state: MetadataState, text: string, at = 1) => applyMetadata(state, read(text), at);

const ana = { id: 'p1', aor: 'sip:ana@example.com', sends: ['1'] };
const ben = { id: 'p2', aor: 'sip:ben@example.com', sends: ['2'] };
const two = apply(EMPTY_METADATA_STATE, metadataOf([ana, ben])).state;

describe('the metadata of a session', () => {
  test('a complete document replaces what was known', () => {
    const { state, changes } = apply(two, metadataOf([ben]), 2);
    expect([...state.participants.keys()]).toEqual(['p2']);
    expect(changes).toContainEqual({ kind: 'removed', entity: 'participants', key: 'p1' });
    expect(state.participants.get('p2')?.firstSeenAt).toBe(1);
  });

  test('a partial document adds and never removes by silence', () => {
    const { state, changes } = apply(
      two,
      metadataOf([{ id: 'p3', aor: 'sip:cy@example.com', sends: ['3'] }], { dataMode: 'partial' }),
      2,
    );
    expect([...state.participants.keys()]).toEqual(['p1', 'p2', 'p3']);
    expect(changes.map((change) => change.kind)).not.toContain('removed');
  });

  test('a disassociate-time ends a membership and a later association begins it anew', () => {
    const leaving = metadataOf([{ ...ana, left: true }], { dataMode: 'partial' });
    const ended = apply(two, leaving).state;
    expect([...ended.participantSessions.values()][0]?.item.disassociateTime).toBeDefined();
    const again = apply(ended, metadataOf([ana], { dataMode: 'partial' })).state;
    expect([...again.participantSessions.values()][0]?.item.disassociateTime).toBeUndefined();
  });

  test('a partial association states all streams of its participant, an empty one says nothing', () => {
    const partial = (inside: string) =>
      `<recording><datamode>partial</datamode><participantstreamassoc participant_id="p1">${inside}</participantstreamassoc></recording>`;
    const sends = (state: MetadataState) => state.participantStreams.get('p1')?.item.send;
    expect(sends(apply(two, partial('')).state)).toEqual(['stream-1']);
    expect(sends(apply(two, partial('<recv>stream-2</recv>')).state)).toEqual([]);
    expect(sends(apply(two, partial('<send>stream-2</send>')).state)).toEqual(['stream-2']);
  });

  test('two associations of one participant in one document complete each other', () => {
    const split = `<recording><participantstreamassoc participant_id="p"><send>a</send></participantstreamassoc>
      <participantstreamassoc participant_id="p"><recv>b</recv></participantstreamassoc></recording>`;
    const { state } = apply(EMPTY_METADATA_STATE, split);
    expect(state.participantStreams.get('p')?.item).toEqual({
      participantId: 'p',
      send: ['a'],
      receive: ['b'],
    });
  });

  test('a document with more items than any call has is not applied', () => {
    const many = Array.from({ length: MAX_ITEMS + 1 }, (_, index) => `<group id="${index}"/>`).join('');
    const { state, changes, overflow } = apply(two, `<recording>${many}</recording>`);
    expect(overflow).toBe(true);
    expect(state).toBe(two);
    expect(changes).toEqual([]);
  });
});

describe('for any documents', () => {
  const anyState = fc
    .array(metadataArbitrary, { maxLength: 3 })
    .map((documents) =>
      documents.reduce(
        (state, document, index) => applyMetadata(state, document, index).state,
        EMPTY_METADATA_STATE,
      ),
    );

  test('applying one twice changes nothing the second time', () => {
    fc.assert(
      fc.property(anyState, metadataArbitrary, (before, document) => {
        const once = applyMetadata(before, document, 10).state;
        const twice = applyMetadata(once, document, 20);
        expect(twice.changes).toEqual([]);
        expect(twice.state).toBe(once);
      }),
      { numRuns: 200 },
    );
  });

  test('a partial one never removes an item', () => {
    fc.assert(
      fc.property(anyState, metadataArbitrary, (before, document) => {
        const { state } = applyMetadata(before, { ...document, dataMode: 'partial' }, 10);
        for (const [name, table] of Object.entries(before) as [
          keyof MetadataState,
          ReadonlyMap<string, unknown>,
        ][]) {
          for (const key of table.keys()) expect(state[name].has(key)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a complete one leaves exactly what it says, whatever was known', () => {
    fc.assert(
      fc.property(anyState, metadataArbitrary, (before, document) => {
        const complete = { ...document, dataMode: 'complete' as const };
        const fromBefore = applyMetadata(before, complete, 10).state;
        const fromNothing = applyMetadata(EMPTY_METADATA_STATE, complete, 10).state;
        for (const name of Object.keys(fromNothing) as (keyof MetadataState)[]) {
          const items = (state: MetadataState) => [...state[name].values()].map((known) => known.item);
          expect(items(fromBefore)).toEqual(items(fromNothing));
        }
      }),
      { numRuns: 200 },
    );
  });
});
