import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  SHIPPED_KEYS_PATH,
  SHIPPED_PACK_PATH,
  loadRulePack,
  loadTrustedKeys,
  signRulePack,
  verifyRulePack,
} from './rule-pack-file.ts';
import type { TrustedKey } from './rule-pack-file.ts';
import type { RulePack } from './rule-pack.ts';

const own = generateKeyPairSync('ed25519');
const ownKey = {
  id: 'test-key',
  publicKeyPem: own.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
};
const keys: TrustedKey[] = [ownKey];

let bytes: Buffer;
beforeAll(async () => {
  bytes = await readFile(SHIPPED_PACK_PATH);
});

/** The shipped pack with a change, signed by the test's own trusted key. */
function signed(change: (pack: RulePack) => void): [Buffer, string] {
  const pack = JSON.parse(bytes.toString('utf8')) as RulePack;
  change(pack);
  const changed = Buffer.from(JSON.stringify(pack));
  return [changed, signRulePack(changed, own.privateKey, 'test-key')];
}

describe('loading a rule pack', () => {
  test('the shipped pack and signature load from their files', async () => {
    const shippedKeys = await loadTrustedKeys(SHIPPED_KEYS_PATH);
    const pack = await loadRulePack(SHIPPED_PACK_PATH, shippedKeys);
    expect(pack.signedBy).toBe(shippedKeys.at(-1)!.id);
  });

  test('a pack signed with a trusted key verifies, with the digest of its exact bytes', () => {
    const [changed, signature] = signed((pack) => {
      pack.version = 'next';
    });
    const pack = verifyRulePack(changed, signature, keys);
    expect(pack).toMatchObject({ version: 'next', signedBy: 'test-key' });
    expect(verifyRulePack(bytes, signRulePack(bytes, own.privateKey, 'test-key'), keys).digest).not.toBe(
      pack.digest,
    );
  });

  test('a single changed byte is refused', () => {
    const signature = signRulePack(bytes, own.privateKey, 'test-key');
    const tampered = Buffer.from(bytes.toString('utf8').replace('"all-party"', '"one-party"'));
    expect(() => verifyRulePack(tampered, signature, keys)).toThrow('was changed after signing');
    expect(() => verifyRulePack(Buffer.concat([bytes, Buffer.from(' ')]), signature, keys)).toThrow(
      'was changed',
    );
  });

  test('a signature by a key that is not trusted, or under a borrowed key id, is refused', () => {
    const stranger = generateKeyPairSync('ed25519').privateKey;
    expect(() => verifyRulePack(bytes, signRulePack(bytes, stranger, 'stranger'), keys)).toThrow(
      'not trusted',
    );
    expect(() => verifyRulePack(bytes, signRulePack(bytes, stranger, 'test-key'), keys)).toThrow(
      'was changed',
    );
  });

  test.each([
    '',
    'nonsense',
    'holdfast-rule-pack-sig/1 ed25519 test-key AAAA',
    'holdfast-rule-pack-sig/2 ed25519 test-key x',
  ])('a malformed signature "%s" is refused', (signature) => {
    expect(() => verifyRulePack(bytes, signature, keys)).toThrow('malformed');
  });

  const faults: [string, (pack: RulePack) => void, string][] = [
    [
      'a value that is none',
      (pack) => Object.assign(pack.consent[1]!, { value: 'maybe' }),
      'consent/1/value',
    ],
    ['a field that is none', (pack) => Object.assign(pack.consent[1]!, { valeu: 'announce' }), 'valeu'],
    ['a rule id used twice', (pack) => pack.retention.push(pack.retention[2]!), 'is used twice'],
    [
      'two rows for one place',
      (pack) => pack.consent.push({ ...pack.consent[2]!, id: 'consent/again' }),
      'overlap on US-AK',
    ],
    [
      'no strict default',
      (pack) => Object.assign(pack.defaults, { consent: 'consent/us-tx' }),
      'defaults.consent',
    ],
    [
      'no default period',
      (pack) => Object.assign(pack.defaults, { retention: 'retention/ftc-tsr' }),
      'defaults.retention',
    ],
    [
      'a period that is none',
      (pack) => Object.assign(pack.retention[0]!, { period: '5 years' }),
      'retention/0/period',
    ],
    [
      'a time zone that is none',
      (pack) => Object.assign(pack.retention[0]!, { zone: 'Mars/Olympus' }),
      'retention/0/zone',
    ],
    [
      'a mandatory floor',
      (pack) => Object.assign(pack.retention[2]!, { mandatory: true }),
      'only a deleteAt rule',
    ],
  ];
  test.each(faults)('a signed pack with %s is refused, naming the fault', (_name, change, message) => {
    expect(() => verifyRulePack(...signed(change), keys)).toThrow(message);
  });

  test('a signed file that is not JSON is refused', () => {
    const garbage = Buffer.from([0xff, 0xfe, 0x00]);
    expect(() => verifyRulePack(garbage, signRulePack(garbage, own.privateKey, 'test-key'), keys)).toThrow(
      'not JSON',
    );
  });

  test('a missing pack, a missing signature and a malformed key list say so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rule-pack-'));
    try {
      const path = join(folder, 'p.json');
      await expect(loadRulePack(path, keys)).rejects.toMatchObject({ code: 'config_invalid' });
      await writeFile(path, bytes);
      await expect(loadRulePack(path, keys)).rejects.toThrow('could not be read');
      await writeFile(join(folder, 'keys.json'), '[{"id":"a b"}]');
      await expect(loadTrustedKeys(join(folder, 'keys.json'))).rejects.toThrow(
        'list of trusted keys is malformed',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('keys of another kind neither sign nor verify', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() =>
      signRulePack(bytes, createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })), 'k'),
    ).toThrow('Ed25519');
    const other = [
      { id: 'test-key', publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
    ];
    expect(() => verifyRulePack(bytes, signRulePack(bytes, own.privateKey, 'test-key'), other)).toThrow(
      'not an Ed25519 public key',
    );
  });
});
