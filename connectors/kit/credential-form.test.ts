import { expect, test } from '@jest/globals';
import { credential } from './auth.ts';
import { credentialForm } from './credential-form.ts';

test('every kind of credential is a form of plain fields, and its secrets are marked as such', () => {
  for (const { shape } of credential.options) {
    const { properties = {} } = credentialForm(shape.type.value) as { properties?: Record<string, object> };
    for (const field of Object.values(properties)) expect(field).toMatchObject({ type: 'string' });
  }
});

test('what a consent brings is not typed, and a public client has no secret', () => {
  const form = credentialForm('oauth2_code');
  expect(form).toMatchObject({
    required: ['clientId'],
    properties: { clientSecret: { title: 'Client secret', secret: true } },
  });
  expect(JSON.stringify(form)).not.toContain('refreshToken');
  expect(credential.parse({ type: 'oauth2_code', clientId: 'public' })).toEqual({
    type: 'oauth2_code',
    clientId: 'public',
    clientSecret: null,
    refreshToken: null,
  });
});
