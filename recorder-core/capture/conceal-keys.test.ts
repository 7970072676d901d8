import { expect, test } from '@jest/globals';
import { parseCrypto } from '../media/srtp/sdes.ts';
import { concealKeys } from './conceal-keys.ts';

const KEY = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';

test.each(['inline', 'INLINE', 'Inline'])(
  'overwrites a key however its method is spelled (%s:)',
  (method) => {
    const value = `1 AES_CM_128_HMAC_SHA1_80 ${method}:${KEY}|2^20|1:4`;
    expect(parseCrypto(value).usable).toBe(true); // so the media would be opened under it
    const kept = concealKeys(Buffer.from(`v=0\r\na=crypto:${value}\r\n`)).toString();
    expect(kept).toBe(`v=0\r\na=crypto:${value.replace(KEY, '*'.repeat(KEY.length))}\r\n`);
  },
);

test('overwrites each of several keys and leaves every other byte as it came', () => {
  const line = (keys: readonly string[]) =>
    Buffer.concat([
      Buffer.from([0xff, 0x00, 0xc3]),
      Buffer.from(`a=crypto:1 X ${keys.map((key) => `inline:${key}`).join(';')}`),
    ]);
  expect(concealKeys(line([KEY, KEY]))).toEqual(line(['*'.repeat(KEY.length), '*'.repeat(KEY.length)]));
});
