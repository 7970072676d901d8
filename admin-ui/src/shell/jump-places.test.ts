import { describe, expect, test } from '@jest/globals';
import { placesFor } from './jump-places.ts';

const PLACES = [
  { to: '/recordings', label: 'Recordings', group: 'Records' },
  { to: '/access-policies', label: 'Access policies', group: 'Access' },
  { to: '/policy', label: 'Policy', group: 'Records' },
];
const IDS = [
  { path: '/recordings', label: 'Recording' },
  { path: '/matters', label: 'Matter' },
];
const ID = '0198c0de-0000-7000-8000-00000000dead';
const labels = (text: string) => placesFor(text, PLACES, IDS).map(({ label }) => label);

describe('placesFor', () => {
  test('finds by every word, what begins with it first', () => {
    expect(labels('')).toHaveLength(3);
    expect(labels('pol')).toEqual(['Policy', 'Access policies']);
    expect(labels('pol acc')).toEqual(['Access policies']);
    expect(labels('nothing')).toEqual([]);
  });

  test('an id, also within an address, leads to every kind of thing that may have it', () => {
    expect(placesFor(`https://hub.example/x/${ID.toUpperCase()}?a`, PLACES, IDS)).toEqual([
      { to: `/recordings/${ID}`, label: 'Recording', group: ID },
      { to: `/matters/${ID}`, label: 'Matter', group: ID },
    ]);
  });
});
