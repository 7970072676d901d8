import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { EVENT_CATALOGUE } from '../../../hub/webhooks/out/event-catalogue.ts';

const german = JSON.parse(readFileSync(join(import.meta.dirname, 'german.json'), 'utf8')) as object;

test('what a type of event tells of has German, as whoever chooses types reads it', () => {
  const lacking = EVENT_CATALOGUE.filter(({ about }) => !Object.hasOwn(german, about));
  expect(lacking.map(({ about }) => about)).toEqual([]);
});
