import { afterEach, expect, test } from '@jest/globals';
import { speak } from '../i18n/t.ts';
import { matterName } from './matter-name.ts';

afterEach(() => {
  speak('en', {});
});

test('a matter that freezes the evidence of an incident is named in the language of the page, and people keep their names', () => {
  speak(
    'de',
    {},
    {
      'Incident {{id}}: {{titleText}}': 'Vorfall {{id}}: {{titleText}}',
      'Recorder {{node}}: {{lossText}}': 'Rekorder {{node}}: {{lossText}}',
      'it has stopped answering': 'antwortet nicht mehr',
      Closed: 'Geschlossen',
    },
  );
  expect(matterName('Incident 0a1b2c3d: Recorder eu-1: it has stopped answering')).toBe(
    'Vorfall 0a1b2c3d: Rekorder eu-1: antwortet nicht mehr',
  );
  expect(matterName('Incident 0a1b2c3d: A desk was silent')).toBe('Vorfall 0a1b2c3d: A desk was silent');
  for (const name of ['Closed', 'Incident at sea: 4711', 'Recorder eu-1: it has stopped answering'])
    expect(matterName(name)).toBe(name);
});
