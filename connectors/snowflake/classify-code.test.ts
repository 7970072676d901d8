import { expect, test } from '@jest/globals';
import { classifyCode } from './classify-code.ts';

test.each([
  ['390144', 'auth', 'connection'],
  ['394304', 'auth', 'connection'],
  ['390189', 'config', 'connection'],
  ['390422', 'permission', 'connection'],
  ['390112', 'transient', 'connection'],
  ['003001', 'permission', 'connection'],
  ['002003', 'config', 'connection'],
  ['000606', 'config', 'connection'],
  ['090073', 'quota', 'connection'],
  ['000630', 'transient', 'connection'],
  ['100038', 'invalid_record', 'batch'],
  ['000603', 'transient', 'batch'],
  ['300010', 'transient', 'batch'],
  ['300002', 'transient', 'connection'],
  ['000904', 'config', 'connection'],
  ['001003', 'config', 'connection'],
])('%s is %s of the %s', (code, errorClass, scope) => {
  expect(classifyCode(code)).toMatchObject({ class: errorClass, scope, remote: { code } });
});

test('what is no code of Snowflake is not passed on', () => {
  expect(classifyCode('canary text')).not.toHaveProperty('remote');
});
