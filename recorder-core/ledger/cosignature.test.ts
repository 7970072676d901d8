import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { cosign, cosignerKeyText, parseCosignerKey, readCosignatures } from './cosignature.ts';
import { leafHash } from './merkle.ts';
import { addSignatureLines, noteSigner, parseNote, signatureLine, verifierKeyText } from './signed-note.ts';

const ORIGIN = 'holdfast/tenant/a';
const AT = new Date('2026-11-26T10:00:00.700Z');
const log = generateKeyPairSync('ed25519').privateKey;
const witness = generateKeyPairSync('ed25519').privateKey;
const other = generateKeyPairSync('ed25519').privateKey;
const key = parseCosignerKey(cosignerKeyText('witness.example/w1', witness));
const note = signCheckpoint(
  { origin: ORIGIN, size: 3, root: leafHash(Buffer.from('x')) },
  noteSigner(ORIGIN, log),
);
const line = cosign(parseNote(note).text, key.name, witness, AT);
const REFUSED = expect.objectContaining({ code: 'integrity_failed' });

describe('a cosignature', () => {
  test('is read from the note it was made for, with its time in whole seconds', () => {
    const cosigned = addSignatureLines(note, [line]);
    expect(readCosignatures(cosigned, [key])).toEqual([
      { key, at: new Date('2026-11-26T10:00:00.000Z'), line },
    ]);
    expect(
      openCheckpoint(cosigned, { origin: ORIGIN, verifierKeys: [verifierKeyText(ORIGIN, log)] }).size,
    ).toBe(3);
  });

  test('of the example in the specification has the published form', () => {
    const [, published] =
      'jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=='.match(
        /^(.*)$/,
      ) as [string, string];
    const ours = Buffer.from(line.split(' ')[2] ?? '', 'base64');
    const theirs = Buffer.from(published, 'base64');
    expect(ours).toHaveLength(theirs.length);
    expect(theirs.readBigUInt64BE(4)).toBe(1679315147n);
  });

  test('of a witness that is not trusted is passed over', () => {
    const stranger = cosign(parseNote(note).text, 'stranger.example', other, AT);
    expect(readCosignatures(addSignatureLines(note, [stranger]), [key])).toEqual([]);
    const sameName = parseCosignerKey(cosignerKeyText(key.name, other));
    expect(readCosignatures(addSignatureLines(note, [line]), [sameName])).toEqual([]);
    expect(readCosignatures(addSignatureLines(note, [line]), [{ ...key, name: 'another.example' }])).toEqual(
      [],
    );
  });

  test('is refused on another checkpoint, with another time, and cut short', () => {
    const elsewhere = signCheckpoint(
      { origin: ORIGIN, size: 4, root: leafHash(Buffer.from('x')) },
      noteSigner(ORIGIN, log),
    );
    expect(() => readCosignatures(addSignatureLines(elsewhere, [line]), [key])).toThrow(REFUSED);
    const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64');
    for (const at of [11, 12, 40, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      const lie = `\u2014 ${key.name} ${changed.toString('base64')}`;
      expect(() => readCosignatures(addSignatureLines(note, [lie]), [key])).toThrow(
        /does not belong to this checkpoint/,
      );
    }
    const short = `\u2014 ${key.name} ${bytes.subarray(0, -1).toString('base64')}`;
    expect(() => readCosignatures(addSignatureLines(note, [short]), [key])).toThrow(REFUSED);
    for (const signature of [
      Buffer.of(1),
      bytes.subarray(4, 12),
      Buffer.concat([bytes.subarray(4), Buffer.of(0)]),
    ])
      expect(() =>
        readCosignatures(addSignatureLines(note, [signatureLine(key.name, key.keyId, signature)]), [key]),
      ).toThrow(REFUSED);
  });

  test('of a time that no calendar has is refused, though the witness signed it', () => {
    const { text } = parseNote(note);
    const at = (seconds: bigint): string => {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(seconds);
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), witness);
      return addSignatureLines(note, [signatureLine(key.name, key.keyId, Buffer.concat([time, signature]))]);
    };
    expect(readCosignatures(at(8_640_000_000_000n), [key])[0]?.at).toEqual(new Date(8.64e15));
    expect(() => readCosignatures(at(8_640_000_000_001n), [key])).toThrow(REFUSED);
  });

  test('made twice by one witness counts once', () => {
    const again = cosign(parseNote(note).text, key.name, witness, new Date(AT.getTime() + 60_000));
    expect(
      readCosignatures(addSignatureLines(note, [line, again, line]), [key]).map((one) => one.line),
    ).toEqual([line]);
  });

  test('cannot be made or checked with a key for something else', () => {
    expect(() => parseCosignerKey(verifierKeyText(ORIGIN, log))).toThrow(/another type of signature/);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect(() => cosignerKeyText('w', rsa)).toThrow(/not an Ed25519 key/);
    expect(() => cosignerKeyText('a b', witness)).toThrow(/space or a plus sign/);
  });
});
