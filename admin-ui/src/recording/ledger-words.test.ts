import { describe, expect, test } from '@jest/globals';
import {
  actInWords,
  actorInWords,
  entryInWords,
  isAlarming,
  readableLeaf,
  saysMore,
} from './ledger-words.ts';

describe('ledger entries for people', () => {
  test('A leaf is broken into lines without changing what it says.', () => {
    const leaf = '{"act":"hold.placed","v":1}';
    expect(readableLeaf(leaf)).toBe('{\n  "act": "hold.placed",\n  "v": 1\n}');
    expect(JSON.parse(readableLeaf(leaf))).toEqual(JSON.parse(leaf));
  });

  test('A leaf that is no JSON is shown as it is.', () => {
    expect(readableLeaf('{broken')).toBe('{broken');
  });

  test('Acts read as words, also those of a later version.', () => {
    expect(actInWords('hold.placed')).toBe('Hold placed');
    expect(actInWords('delivery.done')).toBe('Delivered to a connection');
    expect(actInWords('moon.landed_softly')).toBe('Moon landed softly');
  });

  test('What was asked of a recorder is named by its verb, where the leaf has one.', () => {
    const leaf = '{"facts":{"node":"node-1","verb":"pause"}}';
    expect(entryInWords({ act: 'command.asked', leaf })).toBe('Pause asked of the recorder');
    expect(entryInWords({ act: 'command.answered', leaf })).toBe('Pause answered by the recorder');
    for (const other of ['{}', '{broken', '{"facts":{"verb":1}}', 'null'])
      expect(entryInWords({ act: 'command.asked', leaf: other })).toBe('Command asked');
    expect(entryInWords({ act: 'hold.placed', leaf })).toBe('Hold placed');
  });

  test('Failures and refusals are alarming, whether the act or its outcome says so.', () => {
    expect(isAlarming({ act: 'integrity.failed', outcome: 'done' })).toBe(true);
    expect(isAlarming({ act: 'recording.played', outcome: 'refused' })).toBe(true);
    expect(isAlarming({ act: 'recording.played', outcome: 'allowed' })).toBe(false);
  });

  test('The outcome is shown only where it adds to the act.', () => {
    expect(saysMore({ act: 'recording.played', outcome: 'allowed' })).toBe(false);
    expect(saysMore({ act: 'delivery.failed', outcome: 'failed' })).toBe(false);
    expect(saysMore({ act: 'recording.played', outcome: 'refused' })).toBe(true);
  });
});

test('the actor is a name, the product itself, or a name that was erased', () => {
  expect(actorInWords({ kind: 'person', name: 'Ana' })).toBe('Ana');
  expect(actorInWords({ kind: 'product' })).toBe('Holdfast');
  expect(actorInWords({ kind: 'erased' })).toBe('Name erased');
});

test('a read says what was read', () => {
  const leaf = (act: string): string => JSON.stringify({ facts: { act } });
  const words = (act: string): string => entryInWords({ act: 'recording.inspected', leaf: leaf(act) });
  expect(words('recording.read')).toBe('Details read');
  expect(words('ledger.read')).toBe('Custody read');
  expect(entryInWords({ act: 'recording.inspected', leaf: '{"facts":{"keyPresses":"shown"}}' })).toBe(
    'Recording inspected',
  );
});
