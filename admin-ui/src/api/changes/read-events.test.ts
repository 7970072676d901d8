import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EventReader } from './read-events.ts';

const TEXT =
  ': beat\n\nevent: anew\nid: a-1\ndata: {"topics":[]}\n\nevent: changed\r\nid: a-2\r\ndata: one\r\ndata: two\r\nunknown: x\r\n\r\ndata\n\nid: a-3\n\ndata: last\n\n';
const EVENTS = [
  { event: 'anew', id: 'a-1', data: '{"topics":[]}' },
  { event: 'changed', id: 'a-2', data: 'one\ntwo' },
  { event: 'message', id: 'a-2', data: '' },
  { event: 'message', id: 'a-3', data: 'last' },
];

describe('EventReader', () => {
  test('reads events, however the text is cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(TEXT.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((one, other) => one - other), TEXT.length];
        const reader = new EventReader();
        const read = places.flatMap((place, at) => reader.take(TEXT.slice(place, places[at + 1] ?? place)));
        expect(read).toEqual(EVENTS);
      }),
    );
  });

  test('tells nothing of an event that is not complete', () => {
    const reader = new EventReader();
    expect(reader.take('event: changed\ndata: half')).toEqual([]);
    expect(reader.take('\n')).toEqual([]);
    expect(reader.take('\n')).toHaveLength(1);
  });
});
