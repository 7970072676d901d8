import { describe, expect, test } from '@jest/globals';
import { forgetForm, keepForm, keptForm } from './kept-form.ts';

const CONNECTOR = {
  id: 'sample',
  auth: [
    {
      type: 'basic',
      fields: { properties: { user: { type: 'string' }, password: { type: 'string', secret: true } } },
    },
  ],
};
const FORM = {
  name: 'Ours',
  config: { address: 'https://sample.example' },
  credential: { type: 'basic', fields: { user: 'ada', password: 'geheim', unheard: 'geheim' } },
};

function storage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('the form of a new connection', () => {
  test('is there again after a reload, without any secret', () => {
    const tab = storage();
    keepForm(tab, CONNECTOR, FORM);
    expect([...tab.kept.values()].join()).not.toContain('geheim');
    expect(keptForm(tab, CONNECTOR)).toEqual({
      ...FORM,
      credential: { type: 'basic', fields: { user: 'ada' } },
    });
    expect(keptForm(tab, { ...CONNECTOR, id: 'other' })).toBeUndefined();
  });

  test('keeps no field of a kind of credential that the connector does not have any more', () => {
    const tab = storage();
    keepForm(tab, { ...CONNECTOR, auth: [] }, FORM);
    expect(keptForm(tab, CONNECTOR)?.credential.fields).toEqual({});
  });

  test('is gone once the draft is made', () => {
    const tab = storage();
    keepForm(tab, CONNECTOR, FORM);
    forgetForm(tab, CONNECTOR);
    expect(tab.kept.size).toBe(0);
  });

  test.each(['', '{', '[]', 'null', '{"name":1}', '{"name":"x","config":{},"credential":{"type":"basic"}}'])(
    'passes over what is not its own: %p',
    (text) => {
      const tab = storage();
      tab.setItem('holdfast.new-connection.sample', text);
      expect(keptForm(tab, CONNECTOR)).toBeUndefined();
    },
  );
});
