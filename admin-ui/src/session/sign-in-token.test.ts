import { describe, expect, test } from '@jest/globals';
import { pathAfterSignIn, tokenOfFragment, tokenOfPaste } from './sign-in-token.ts';

const token = 'k7Yx0Zq2mN4pR8sT1uV5';

describe('sign-in token', () => {
  test('The fragment is the token.', () => {
    expect(tokenOfFragment(`#${token}`)).toBe(token);
    expect(tokenOfFragment(token)).toBe(token);
    expect(tokenOfFragment('')).toBeUndefined();
    expect(tokenOfFragment('#main')).toBeUndefined();
  });

  test('A pasted link and a pasted token are both understood.', () => {
    expect(tokenOfPaste(` http://127.0.0.1:7080/sign-in#${token} `)).toBe(token);
    expect(tokenOfPaste(token)).toBe(token);
  });

  test('A link without a token, and prose, are not taken for a token.', () => {
    expect(tokenOfPaste('http://127.0.0.1:7080/sign-in')).toBeUndefined();
    expect(tokenOfPaste('please let me in, thank you')).toBeUndefined();
  });

  test.each([
    ['/recordings/0198?x=1', '/recordings/0198?x=1'],
    ['/holds', '/holds'],
    ['/connections/new', '/connections/new'],
    ['//evil.example/recordings', '/'],
    ['/\\evil.example', '/'],
    ['/a\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/sign-in?next=/sign-in', '/'],
    ['/sign-in', '/'],
    [undefined, '/'],
  ])('After sign-in, %p leads to %s.', (next, path) => {
    expect(pathAfterSignIn(next)).toBe(path);
  });
});
