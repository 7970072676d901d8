import { execFileSync } from 'node:child_process';
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  makeTimeStampAuthority,
  type AuthorityOptions,
  type TimeStampAuthority,
} from '../../test/support/time-stamp-authority.ts';
import { readCertificate, requirePath } from './certificate-path.ts';
import { timeStampRequest, verifyTimeStamp, type TimeStamp } from './timestamp.ts';

jest.setTimeout(120_000); // pairs of keys and OpenSSL's processes

const MESSAGE = Buffer.from('holdfast/tenant/a\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n');
const RSA = ['-newkey', 'rsa:2048'];
const NONCE = Buffer.from('00ff02030405060708', 'hex');
let authority: TimeStampAuthority;
let response: Buffer;
const made: TimeStampAuthority[] = [];

function make(options: AuthorityOptions = {}): TimeStampAuthority {
  const one = makeTimeStampAuthority(options);
  made.push(one);
  return one;
}

function stamp(by: TimeStampAuthority): Buffer {
  return by.reply(timeStampRequest(MESSAGE, NONCE));
}

function verify(
  bytes: Buffer,
  more: { message?: Buffer; nonce?: Buffer; authorities?: string[] } = {},
): TimeStamp {
  return verifyTimeStamp(bytes, { message: MESSAGE, nonce: NONCE, authorities: [authority.root], ...more });
}

function imprint(): Buffer {
  return createHash('sha256').update(MESSAGE).digest();
}

/** The sentence of a refusal; fails where there is none. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toMatchObject({ code: 'integrity_failed' });
    return (error as Error).message;
  }
  throw new Error('It was not refused.');
}

beforeAll(() => {
  authority = make({ accuracy: 'secs:1, millisecs:500, microsecs:100', newKey: RSA });
  response = stamp(authority);
});
afterAll(() => {
  for (const one of made) one.close();
});

describe('a time-stamp request', () => {
  test('is read by OpenSSL as what it is', () => {
    writeFileSync(join(authority.folder, 'ours.tsq'), timeStampRequest(MESSAGE, NONCE));
    const text = execFileSync('openssl', ['ts', '-query', '-in', 'ours.tsq', '-text'], {
      cwd: authority.folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString();
    expect(text).toMatch(/Hash Algorithm: sha256/);
    expect(text).toMatch(/Nonce: 0xFF02030405060708/);
    expect(text).toMatch(/Certificate required: yes/);
  });

  test('needs a nonce of 8 to 20 bytes', () => {
    for (const length of [7, 21])
      expect(() => timeStampRequest(MESSAGE, randomBytes(length))).toThrow(/8 to 20 bytes/);
  });
});

describe('a time stamp of OpenSSL', () => {
  test('is accepted, with its time, accuracy, policy, number and authority', () => {
    const before = Date.now();
    const checked = verify(stamp(authority));
    expect(checked).toMatchObject({ accuracyMs: 1501, policy: '1.3.6.1.4.1.55555.1' });
    expect(Math.abs(checked.at.getTime() - before)).toBeLessThan(60_000);
    expect(checked.serial).toMatch(/^[0-9a-f]+$/);
    expect(checked.authority).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is accepted with the signer itself as the authority, and where the nonce is no longer known', () => {
    expect(verify(response, { authorities: [authority.signer] }).at).toEqual(verify(response).at);
    const { message, authorities } = { message: MESSAGE, authorities: [authority.root] };
    expect(verifyTimeStamp(response, { message, authorities }).at).toEqual(verify(response).at);
  });

  test.each([
    ['P-256', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ['P-384', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384']],
    ['RSA of 3072 bits', ['-newkey', 'rsa:3072']],
  ])('is accepted from a signer and a certifier with %s', (_name, newKey) => {
    const other = make({ newKey });
    expect(verify(stamp(other), { authorities: [other.root] }).accuracyMs).toBeUndefined();
  });

  test.each(['sha384', 'sha512'])('is accepted signed with %s', (signerDigest) => {
    const other = make({ signerDigest });
    expect(verify(stamp(other), { authorities: [other.root] }).accuracyMs).toBeUndefined();
  });

  test('is refused signed with SHA-1, which proves nothing any more', () => {
    const other = make({ signerDigest: 'sha1' });
    expect(refusal(() => verify(stamp(other), { authorities: [other.root] }))).toMatch(
      /algorithm that is not accepted/,
    );
  });

  test.each(['sha1', 'sha384', 'sha512'])(
    'is accepted where the signer names its certificate by %s',
    (certificateHash) => {
      const other = make({ certificateHash });
      expect(verify(stamp(other), { authorities: [other.root] }).policy).toBe('1.3.6.1.4.1.55555.1');
    },
  );

  test('is accepted through a certifier between signer and root', () => {
    const other = make({ intermediate: true });
    expect(verify(stamp(other), { authorities: [authority.root, other.root] }).policy).toBe(
      '1.3.6.1.4.1.55555.1',
    );
  });

  test('is refused through more certifiers than the root allows', () => {
    const [none, one] = [0, 1].map((rootPathLength) => make({ intermediate: true, rootPathLength }));
    expect(verify(stamp(one!), { authorities: [one!.root] }).policy).toBe('1.3.6.1.4.1.55555.1');
    expect(refusal(() => verify(stamp(none!), { authorities: [none!.root] }))).toMatch(/none of the trusted/);
  });

  test('is refused over another message', () => {
    expect(refusal(() => verify(response, { message: Buffer.from('other') }))).toMatch(
      /about something else/,
    );
  });

  test('is refused as the answer to another request', () => {
    expect(refusal(() => verify(response, { nonce: randomBytes(9) }))).toMatch(/does not answer the request/);
  });

  test('is refused from an authority that is not trusted, though its name is the same', () => {
    const impostor = make();
    expect(refusal(() => verify(stamp(impostor)))).toMatch(/certified by none of the trusted authorities/);
    expect(refusal(() => verify(response, { authorities: [] }))).toMatch(/none of the trusted authorities/);
  });

  test('is refused when the signer had expired at the time, or was not yet valid', () => {
    const expired = make({ validity: { from: '20200101000000Z', to: '20210101000000Z' } });
    expect(refusal(() => verify(stamp(expired), { authorities: [expired.root] }))).toMatch(
      /had expired|not yet valid/,
    );
    const future = make({ validity: { from: '20990101000000Z', to: '20991231000000Z' } });
    expect(refusal(() => verify(stamp(future), { authorities: [future.root] }))).toMatch(/not yet valid/);
  });

  test('tells an authority that refuses apart from a damaged answer', () => {
    const denied = authority.reply(Buffer.from('300302010a', 'hex'));
    expect(refusal(() => verify(denied))).toMatch(/did not grant it, its status is 2/);
    expect(refusal(() => verify(Buffer.from('garbage')))).toMatch(/cannot be read/);
    expect(refusal(() => verify(Buffer.alloc(0)))).toMatch(/cannot be read/);
  });

  test('is refused cut short at every length, and with bytes after its end', () => {
    for (let length = 0; length < response.length; length += 1)
      expect(() => verify(response.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'integrity_failed' }),
      );
    expect(refusal(() => verify(Buffer.concat([response, Buffer.of(0)])))).toMatch(/cannot be read/);
  });

  test('never says anything else after one byte was changed, wherever that is', () => {
    const truth = verify(response);
    const root = new X509Certificate(authority.root).raw;
    const unused = response.indexOf(root);
    const accepted: number[] = [];
    for (let at = 0; at < response.length; at += 1) {
      for (const change of [0x01, 0x80, 0xff]) {
        const changed = Buffer.from(response);
        changed[at]! ^= change;
        try {
          expect(verify(changed)).toEqual(truth);
          accepted.push(at);
        } catch (error) {
          expect(error).toMatchObject({ code: 'integrity_failed' });
        }
      }
    }
    // Nobody signs the copy of the root that comes along, nor the status and the parameters of algorithms.
    const elsewhere = accepted.filter((at) => at < unused || at >= unused + root.length);
    expect(new Set(elsewhere).size).toBeLessThanOrEqual(6);
  });

  test('is refused after a change of any byte of its content, signed attributes, signature or certificate', () => {
    const certificate = Buffer.from(authority.signer.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    for (const region of [imprint(), certificate, response.subarray(-256)]) {
      const start = response.indexOf(region);
      expect(start).toBeGreaterThan(0);
      for (let at = start; at < start + region.length; at += 1) {
        const changed = Buffer.from(response);
        changed[at]! ^= 0x01;
        refusal(() => verify(changed));
      }
    }
  });
});

describe('a certificate that may not sign time stamps', () => {
  // OpenSSL itself will not stamp with such a certificate, so it is shown to the check of the path.
  test.each([
    ['without a purpose', '', /does not say that it may sign time stamps/],
    [
      'with a purpose that is not critical',
      'extendedKeyUsage = timeStamping',
      /does not mark its purpose as critical/,
    ],
    [
      'with a further purpose',
      'extendedKeyUsage = critical, timeStamping, codeSigning',
      /for other purposes besides/,
    ],
    ['for another purpose', 'extendedKeyUsage = critical, codeSigning', /for another purpose/],
  ])('is refused %s', (_name, extensions, sentence) => {
    const other = make({ extensions });
    const [signer, root] = [other.signer, other.root].map((pem) =>
      readCertificate(new X509Certificate(pem).raw),
    );
    expect(refusal(() => requirePath(signer!, [], [root!], new Date()))).toMatch(sentence);
  });
});
