import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { accessExamples } from '../../recorder-core/authorization/access-example.ts';
import { checkText } from '../access-policies/check-text.ts';
import { describeAnswer, describeCheck, describeEffect, describeVersion } from './describe-access.ts';

const FOLDER = new URL('../../examples/', import.meta.url);
const read = (name: string) => readFile(new URL(name, FOLDER), 'utf8');

describe('access policies in a terminal', () => {
  test('the policies that come as an example are good, and so are their examples', async () => {
    const text = await read('access-policies.cedar');
    const examples = accessExamples.parse(JSON.parse(await read('access-policies.examples.json')));
    const { check } = checkText(text, examples, new Date('2026-03-01T09:00:00Z'));
    expect(describeCheck(check).match(/^(?:✓ .*\n)+$/)).not.toBeNull();
    expect(check.examples.length).toBe(examples.length);
    // The page shows one of them, word for word.
    const page = await readFile(new URL('../docs/access-policies.md', FOLDER), 'utf8');
    const shown = /```\n(@id\("own\/board"\)[^`]*)```/.exec(page)?.[1];
    expect(text).toContain(shown);
  });

  test('name each fault with its line and its policy, and each example that fails', () => {
    const { check } = checkText('\n@id("own/a") permit(principal, action, resource);', [], new Date());
    expect(describeCheck(check)).toBe(
      '✗ line 2: own/a: The policy says nothing to people. Write @says("One sentence.") before it.\n',
    );
    const example = {
      name: 'An auditor plays',
      person: { role: 'auditor' },
      act: 'recording.play',
      expect: 'allowed',
    };
    const failing = checkText('', accessExamples.parse([example]), new Date());
    expect(describeCheck(failing.check)).toBe(
      '✓ 0 policies\n✗ An auditor plays: It is refused, by access/default-deny.\n',
    );
  });

  test('tell who gains, who loses and what was left out', () => {
    const change = {
      change: 'loses',
      act: 'recording.play',
      about: 'recordings',
      rule: 'own/board',
      people: [{ id: '1', name: 'A person' }],
      peopleCount: 3,
      recordings: 12,
      classes: ['department board'],
    } as const;
    const measured = {
      changes: [change],
      acts: ['recording.play'],
      asked: 5,
      left: 7,
      against: 0,
      people: { compared: 2_000, all: 2_001 },
      recordings: { classes: 1, compared: 12, complete: false },
    } as const;
    expect(describeEffect(measured).split('\n')).toEqual([
      'Against the shipped policies, over 2000 people and 12 recordings in 1 classes:',
      '- recording.play, 12 recordings: A person and 2 more (own/board)',
      '    department board',
      '7 further questions were not asked: this is not complete.',
      '1 people were left out.',
      'Older recordings, or rarer classes of them, were left out.',
      '',
    ]);
    const nothing = { ...measured, changes: [], left: 0, against: 4, people: { compared: 1, all: 1 } };
    expect(describeEffect(nothing)).toContain('Against version 4, over 1 people');
    expect(describeEffect(nothing)).toContain('Nobody gains, nobody loses.');
  });

  test('tell why somebody may not, part by part', () => {
    const answer = {
      person: { id: '1', name: 'A person', role: 'supervisor' },
      version: 2,
      decision: { allowed: false, rule: 'access/default-deny', policies: [] },
      nearMisses: [
        {
          id: 'own/a',
          says: 'A.',
          ask: null,
          parts: [
            { text: 'resource.held', holds: true },
            { text: '1 == 2', holds: false },
          ],
        },
      ],
      further: 1,
      ask: ['Ask somebody.'],
    };
    expect(describeAnswer(answer).split('\n')).toEqual([
      '✗ refused for A person (supervisor), by access/default-deny, with version 2 of our own policies',
      'What would allow it:',
      '  own/a',
      '    ✓ resource.held',
      '    ✗ 1 == 2',
      '  and 1 further off',
      'Ask somebody.',
      '',
    ]);
  });

  test('list a version in a line', () => {
    const version = {
      version: 3,
      digest: '',
      note: 'Back again',
      repeats: 1,
      state: 'published',
      madeBy: 'A person',
      madeAt: '2026-03-01T09:00:00.000Z',
      publishedBy: null,
      publishedAt: null,
      supersededAt: null,
    } as const;
    expect(describeVersion(version)).toBe(
      '   3  published   2026-03-01T09:00:00.000Z  A person (again 1)  Back again\n',
    );
  });
});
