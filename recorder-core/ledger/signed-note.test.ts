import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addSignatureLines,
  noteSigner,
  openNote,
  parseNote,
  parseVerifierKey,
  signatureLine,
  signNote,
  verifierKeyText,
} from './signed-note.ts';

const NAME = 'holdfast.example/log';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const signer = noteSigner(NAME, privateKey);
const trusted = [parseVerifierKey(verifierKeyText(NAME, publicKey))];
const note = signNote('one\n\ntwo ä\n', [signer]);
const refused = expect.objectContaining({ code: 'integrity_failed' });

describe('a signed note', () => {
  it('opens with the key that signed it, blank lines in the text included', () => {
    expect(openNote(note, trusted)).toEqual({ text: 'one\n\ntwo ä\n', signedBy: trusted });
    expect(verifierKeyText(NAME, privateKey)).toBe(verifierKeyText(NAME, publicKey));
  });

  it('opens the example in the documentation of golang.org/x/mod/sumdb/note', () => {
    const published =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
      '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
    const key = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    expect(openNote(published, [key]).signedBy).toEqual([key]);
  });

  it('is refused without a signature of a trusted key', () => {
    expect(() => openNote(note, [])).toThrow(refused);
    const sameName = parseVerifierKey(verifierKeyText(NAME, other.publicKey));
    expect(() => openNote(note, [sameName])).toThrow(/no trusted key signed/);
    const sameKey = parseVerifierKey(verifierKeyText('another.example', publicKey));
    expect(() => openNote(note, [sameKey])).toThrow(/no trusted key signed/);
  });

  it('ignores unknown signatures beside a trusted one, and is refused when a trusted one is false', () => {
    const both = signNote('text\n', [noteSigner('stranger.example', other.privateKey), signer]);
    expect(openNote(both, trusted).signedBy).toEqual(trusted);
    const forged = noteSigner(NAME, other.privateKey);
    const false_ = signNote('text\n', [{ ...forged, keyId: signer.keyId }, signer]);
    expect(() => openNote(false_, trusted)).toThrow(/signature of holdfast.example\/log is false/);
  });

  it('is refused when any one character is changed', () => {
    fc.assert(
      fc.property(
        fc.nat(note.length - 1),
        fc.constantFrom('x', 'A', '\n', ' ', '\u2014', '='),
        (at, character) => {
          fc.pre(note[at] !== character);
          const changed = note.slice(0, at) + character + note.slice(at + 1);
          expect(() => openNote(changed, trusted)).toThrow(refused);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is refused when its signature is written in any other way, be the bytes the same', () => {
    const last = note.length - 3;
    expect(note.slice(last + 1)).toBe('=\n');
    for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
      if (character === note[last]) continue;
      const changed = `${note.slice(0, last)}${character}=\n`;
      expect(() => openNote(changed, trusted)).toThrow(refused);
    }
  });

  it.each([
    ['empty', ''],
    ['without signatures', 'text\n'],
    ['without a signature line', 'text\n\n'],
    ['with a control character', note.replace('one', 'o\te')],
    ['without its last newline', note.slice(0, -1)],
    ['with a letter in the place of its last newline', `${note.slice(0, -1)}x`],
    ['with a signature line alone', `x${note.slice(note.indexOf('\u2014'))}`],
    ['with a signer whose name has a plus sign', note.replace('\u2014 holdfast', '\u2014 hold+fast')],
    ['with words before a signature', note.replace('\u2014 ', 'by \u2014 ')],
    ['with words after a signature', note.replace(/\n$/, ' x\n')],
    ['with a signature of no bytes', `text\n\n${signatureLine(NAME, 7, Buffer.alloc(0))}\n`],
    ['with carriage returns', note.replaceAll('\n', '\r\n')],
    ['with a lone surrogate', note.replace('one', 'o\ud800e')],
    ['with a second blank before the signature', note.replace('\u2014 ', '\u2014  ')],
    ['with a million bytes', `${'x'.repeat(1_000_000)}${note}`],
    ['with over a hundred signatures', note + note.slice(note.indexOf('\u2014')).repeat(100)],
  ])('is refused when %s', (_name, text) => {
    expect(() => openNote(text, trusted)).toThrow(refused);
    expect(() => parseNote(text)).toThrow(refused);
  });

  it('is read up to a million characters and a hundred signatures', () => {
    const lines = Array.from({ length: 100 }, (_, at) => signatureLine(NAME, at, Buffer.of(at)));
    const ending = `\n\n${lines.join('\n')}\n`;
    const text = 'x'.repeat(1_000_000 - ending.length);
    const read = parseNote(`${text}${ending}`);
    expect(read.text.length).toBe(text.length + 1);
    expect(read.signatures.map(({ keyId, signature }) => [keyId, ...signature])).toEqual(
      lines.map((_, at) => [at, at]),
    );
    expect(openNote(signNote('\n', [signer]), trusted).text).toBe('\n');
  });

  it('counts a key once, and by its name as well as its id', () => {
    const [line] = parseNote(note).signatures;
    expect(openNote(`${note}${line!.line}\n`, trusted).signedBy).toEqual(trusted);
    const renamed = { ...trusted[0]!, name: 'another.example' };
    expect(() => openNote(note, [renamed])).toThrow(/no trusted key signed/);
  });

  it('takes further signature lines, each once, and no malformed one', () => {
    const line = signatureLine('witness.example', 7, Buffer.of(1, 2));
    const added = addSignatureLines(note, [line, line]);
    expect(added).toBe(`${note}${line}\n`);
    expect(addSignatureLines(added, [line])).toBe(added);
    expect(() => addSignatureLines(note, ['witness.example'])).toThrow(refused);
    expect(() => addSignatureLines(note, [`${line}\n${line}`])).toThrow(refused);
    expect(() => addSignatureLines('text\n', [])).toThrow(refused);
  });

  it('is not made from what it could not carry', () => {
    const bad = expect.objectContaining({ code: 'invalid_input' });
    for (const text of ['no newline', 'tab\t\n', '\ud800\n', ''])
      expect(() => signNote(text, [signer])).toThrow(bad);
    expect(() => signNote('text\n', [])).toThrow(bad);
    for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', 'a\ud800', 'a\u0085b', 'a\u0001b'])
      expect(() => noteSigner(name, privateKey)).toThrow(bad);
    expect(() => noteSigner(NAME, generateKeyPairSync('x25519').privateKey)).toThrow(bad);
  });
});

describe('a verifier key in text form', () => {
  it.each([2, 32, 34])('is refused with a key of %d bytes, though its id belongs to it', (length) => {
    const material = Buffer.concat([Buffer.of(1), Buffer.alloc(length - 1, 7)]);
    const id = createHash('sha256').update(`${NAME}\n`).update(material).digest('hex').slice(0, 8);
    expect(() => parseVerifierKey(`${NAME}+${id}+${material.toString('base64')}`)).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });

  const text = verifierKeyText(NAME, createPublicKey(privateKey));

  it.each([
    ['with another name', text.replace('log', 'lag')],
    [
      'with another id',
      text.replace(
        /\+([0-9a-f]{8})\+/,
        (_, id: string) => `+${id.startsWith('0') ? '1' : '0'}${id.slice(1)}+`,
      ),
    ],
    ['with another key', text.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A'))],
    ['of another algorithm', text.replace('+A', '+B')],
    ['without its key', text.slice(0, -10)],
    ['with a key that is too short', `${text.split('+')[0]}+00000000+AQAA`],
    ['with needless padding', `${text}=`],
    ['with another number in its id', text.replace(/\+[0-9a-f]{8}\+/, '+0000000+')],
    ['empty', ''],
  ])('is refused %s', (_name, changed) => {
    expect(() => parseVerifierKey(changed)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
