import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { makeTimeStampAuthority } from '../../test/support/time-stamp-authority.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';
import {
  cosign,
  cosignerKeyText,
  parseCosignerKey,
  readCosignatures,
  type Cosignature,
} from './cosignature.ts';
import { addSignatureLines, noteSigner, signNote, verifierKeyText } from './signed-note.ts';
import {
  formatTrustFile,
  keysOfLog,
  keysValidAt,
  parseTrustFile,
  reachesQuorum,
  trustFingerprint,
  witnessKeys,
  type TrustFile,
} from './trust-file.ts';

const ORIGIN = 'holdfast/tenant/a';
const pairs = Array.from({ length: 4 }, () => generateKeyPairSync('ed25519').privateKey);
const [first, second, w1, w2] = pairs as [
  (typeof pairs)[0],
  (typeof pairs)[0],
  (typeof pairs)[0],
  (typeof pairs)[0],
];
const CHANGE = '2026-11-01T00:00:00.000Z';
const AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBdzCCAR2gAwIBAgIUCqHh+hk+I5F3l6q1yW4l1s0m9QwwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGVGVzdCBSMB4XDTI2MDEwMTAwMDAwMFoXDTM2MDEwMTAwMDAw
-----END CERTIFICATE-----`;

const trust: TrustFile = {
  format: 'holdfast-trust/1',
  logs: [
    {
      origin: ORIGIN,
      keys: [
        { key: verifierKeyText(ORIGIN, first), from: '2026-01-01T00:00:00.000Z', until: CHANGE },
        { key: verifierKeyText(ORIGIN, second), from: CHANGE, until: null },
      ],
    },
  ],
  witnesses: { quorum: 2, keys: [cosignerKeyText('w1.example', w1), cosignerKeyText('w2.example', w2)] },
  timestamps: { required: false, authorities: [] },
};

/** The file with one part replaced, as text. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const copy = structuredClone(trust) as unknown as Record<string | number, unknown>;
  const last = path.at(-1)!;
  const holder = path
    .slice(0, -1)
    .reduce((part, name) => part[name] as Record<string | number, unknown>, copy);
  // JSON leaves out what is undefined.
  holder[last] = value;
  return JSON.stringify(copy);
}

describe('a trust file', () => {
  test('reads back what was written, in any order and spacing, with one fingerprint', () => {
    const text = formatTrustFile(trust);
    expect(parseTrustFile(text)).toEqual(trust);
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(trust).reverse()), null, 2);
    expect(trustFingerprint(parseTrustFile(reordered))).toBe(trustFingerprint(trust));
    expect(trustFingerprint(trust)).toMatch(/^[0-9a-f]{64}$/);
    expect(trustFingerprint(parseTrustFile(changed(['witnesses', 'quorum'], 1)))).not.toBe(
      trustFingerprint(trust),
    );
  });

  test.each<[string, (string | number)[], unknown]>([
    ['/format', ['format'], 'holdfast-trust/2'],
    ['/extra', ['extra'], 1],
    ['/witnesses', ['witnesses'], undefined],
    ['/logs', ['logs'], {}],
    ['/logs', ['logs'], Array.from({ length: 10_001 }, () => trust.logs[0])],
    ['/logs/0', ['logs', 0], null],
    ['/logs/0', ['logs', 0], []],
    ['/logs/0', ['logs', 0], 'a log'],
    ['/logs/0/origin', ['logs', 0, 'origin'], ''],
    ['/logs/0/origin', ['logs', 0, 'origin'], 7],
    ['/logs/0/name', ['logs', 0, 'name'], 'x'],
    ['/logs/0/keys/0/key', ['logs', 0, 'keys', 0, 'key'], 7],
    ['/logs/0/keys/0/from', ['logs', 0, 'keys', 0, 'from'], 7],
    ['/logs/0/keys/0/from', ['logs', 0, 'keys', 0, 'from'], ' 2026-01-01T00:00:00.000Z'],
    ['/logs/0/keys/0/from', ['logs', 0, 'keys', 0, 'from'], null],
    ['/logs/0/keys/0/until', ['logs', 0, 'keys', 0, 'until'], '2026-01-01T00:00:00.000Z'],
    ['/witnesses/keys/0', ['witnesses', 'keys', 0], 7],
    ['/witnesses/quorum', ['witnesses', 'quorum'], '2'],
    ['/timestamps/authorities', ['timestamps', 'authorities'], AUTHORITY],
    ['/timestamps/authorities/0', ['timestamps', 'authorities'], [7]],
    ['/logs', ['logs'], []],
    ['/logs', ['logs'], [...trust.logs, ...trust.logs]],
    ['/logs/0/keys', ['logs', 0, 'keys'], []],
    ['/logs/0/keys', ['logs', 0, 'keys', 1, 'key'], trust.logs[0]!.keys[0]!.key],
    ['/logs/0/keys/0/key', ['logs', 0, 'origin'], 'holdfast/tenant/b'],
    ['/logs/0/keys/0/key', ['logs', 0, 'keys', 0, 'key'], cosignerKeyText(ORIGIN, first)],
    ['/logs/0/keys/0/from', ['logs', 0, 'keys', 0, 'from'], '2026-01-01'],
    ['/logs/0/keys/0/from', ['logs', 0, 'keys', 0, 'from'], '2026-02-30T00:00:00.000Z'],
    ['/logs/0/keys/0/until', ['logs', 0, 'keys', 0, 'until'], '2025-01-01T00:00:00.000Z'],
    ['/witnesses/quorum', ['witnesses', 'quorum'], 3],
    ['/witnesses/quorum', ['witnesses', 'quorum'], -1],
    ['/witnesses/quorum', ['witnesses', 'quorum'], 1.5],
    ['/witnesses/keys/0', ['witnesses', 'keys', 0], verifierKeyText('w1.example', w1)],
    ['/witnesses/keys', ['witnesses', 'keys', 1], cosignerKeyText('another.example', w1)],
    ['/timestamps/authorities', ['timestamps', 'required'], true],
    ['/timestamps/required', ['timestamps', 'required'], 'yes'],
    ['/timestamps/authorities/0', ['timestamps', 'authorities'], [AUTHORITY]],
  ])('is refused naming %s where that is wrong (%j)', (field, path, value) => {
    const refusal = expect.objectContaining({ code: 'invalid_input', field });
    expect(() => parseTrustFile(changed(path, value))).toThrow(refusal);
  });

  test('is refused when it is not JSON or not an object', () => {
    for (const text of ['', '{', 'null', '[]', '7'])
      expect(() => parseTrustFile(text)).toThrow(
        expect.objectContaining({ code: 'invalid_input', field: '' }),
      );
    const spaces = 10_000_000 - JSON.stringify(trust).length;
    expect(parseTrustFile(JSON.stringify(trust) + ' '.repeat(spaces))).toEqual(trust);
    expect(() => parseTrustFile(JSON.stringify(trust) + ' '.repeat(spaces + 1))).toThrow(/too large/);
  });

  test('may name several logs', () => {
    const other = 'holdfast/tenant/b';
    const key = { key: verifierKeyText(other, first), from: CHANGE, until: null };
    const logs = [...trust.logs, { origin: other, keys: [key] }];
    expect(parseTrustFile(changed(['logs'], logs)).logs).toEqual(logs);
  });

  test('is refused with the place and the reason in the sentence', () => {
    expect(() => parseTrustFile('{')).toThrow(/cannot be used: it is not JSON/);
    expect(() => parseTrustFile('[]')).toThrow(/cannot be used: it is not an object/);
    expect(() => parseTrustFile(changed(['logs', 0, 'keys', 0, 'from'], undefined))).toThrow(
      /cannot be used: at \/logs\/0\/keys\/0\/from, it is missing/,
    );
    const most = Array.from({ length: 10_000 }, () => 7);
    expect(() => parseTrustFile(changed(['timestamps', 'authorities'], most))).toThrow(/authorities\/0/);
  });

  test('is not written when it could not be read', () => {
    expect(() => formatTrustFile({ ...trust, logs: [] })).toThrow(/names no log/);
    expect(formatTrustFile(trust)).toBe(`${canonicalJson(trust as unknown as JsonValue)}\n`);
  });

  test('takes authorities of time stamps whose certificates can be read, and a quorum of every witness or none', () => {
    const authority = makeTimeStampAuthority();
    try {
      for (const required of [true, false]) {
        const timestamps = { required, authorities: [authority.root] };
        expect(parseTrustFile(changed(['timestamps'], timestamps)).timestamps).toEqual(timestamps);
      }
    } finally {
      authority.close();
    }
    for (const quorum of [0, 2])
      expect(parseTrustFile(changed(['witnesses', 'quorum'], quorum)).witnesses.quorum).toBe(quorum);
    expect(() => parseTrustFile(changed(['witnesses'], { quorum: 1, keys: [] }))).toThrow(/from 0 to the 0/);
  });
});

describe('keys of a log', () => {
  test('are valid from their begin on and before their end', () => {
    const [one, two] = trust.logs[0]!.keys.map(({ key }) => key);
    expect(keysValidAt(trust, ORIGIN, new Date('2025-12-31T23:59:59.999Z'))).toEqual([]);
    expect(keysValidAt(trust, ORIGIN, new Date('2026-01-01T00:00:00.000Z'))).toEqual([one]);
    expect(keysValidAt(trust, ORIGIN, new Date('2026-10-31T23:59:59.999Z'))).toEqual([one]);
    expect(keysValidAt(trust, ORIGIN, new Date(CHANGE))).toEqual([two]);
  });

  test('of a log that is not named are none', () => {
    expect(keysOfLog(trust, 'holdfast/tenant/b')).toEqual([]);
    expect(keysOfLog(trust, ORIGIN)).toHaveLength(2);
  });
});

describe('the quorum', () => {
  const note = signNote('a text\n', [noteSigner(ORIGIN, first)]);
  const by = (name: string, key: typeof first): Cosignature[] => {
    const cosigned = addSignatureLines(note, [cosign('a text\n', name, key, new Date(0))]);
    return readCosignatures(cosigned, [parseCosignerKey(cosignerKeyText(name, key))]);
  };

  test('is reached by as many different trusted witnesses', () => {
    const [one, two] = [by('w1.example', w1), by('w2.example', w2)];
    expect(reachesQuorum(trust, [...one, ...two])).toBe(true);
    expect(reachesQuorum(trust, [...one, ...one])).toBe(false);
    expect(reachesQuorum(trust, [...one, ...by('w3.example', second)])).toBe(false);
    expect(reachesQuorum({ ...trust, witnesses: { quorum: 0, keys: [] } }, [])).toBe(true);
    expect(witnessKeys(trust).map(({ name }) => name)).toEqual(['w1.example', 'w2.example']);
  });
});
