import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openCheckpoint, parseCheckpointText, signCheckpoint } from './checkpoint.ts';
import { emptyRoot, leafHash } from './merkle.ts';
import { noteSigner, signNote, verifierKeyText } from './signed-note.ts';

const origin = 'holdfast.example/tenant/a';
const { privateKey } = generateKeyPairSync('ed25519');
const signer = noteSigner(origin, privateKey);
const trusted = { origin, verifierKeys: [verifierKeyText(origin, privateKey)] };
const head = { origin, size: 20_852_163, root: leafHash(Buffer.from('root')) };
const refused = expect.objectContaining({ code: 'integrity_failed' });

describe('a checkpoint', () => {
  it('opens for the log it was signed for', () => {
    const signed = signCheckpoint(head, signer);
    expect(signed.split('\n').slice(0, 4)).toEqual([origin, '20852163', head.root.toString('base64'), '']);
    expect(openCheckpoint(signed, trusted)).toEqual(head);
  });

  it('equals, byte for byte, the one Go made (golang.org/x/mod/sumdb/note)', () => {
    const go = JSON.parse(readFileSync(new URL('./vectors/sumdb.json', import.meta.url), 'utf8')) as {
      seed: string;
      origin: string;
      vkey: string;
      checkpoint: string;
      roots: string[];
    };
    const pkcs8 = Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.from(go.seed, 'base64'),
    ]);
    const goKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const root = Buffer.from(go.roots[22]!, 'base64');
    expect(verifierKeyText(go.origin, goKey)).toBe(go.vkey);
    expect(signCheckpoint({ origin: go.origin, size: 23, root }, noteSigner(go.origin, goKey))).toBe(
      go.checkpoint,
    );
    expect(openCheckpoint(go.checkpoint, { origin: go.origin, verifierKeys: [go.vkey] })).toMatchObject({
      size: 23,
    });
  });

  it('opens with an earlier key of the same log that is still trusted', () => {
    const next = generateKeyPairSync('ed25519').privateKey;
    const keys = { origin, verifierKeys: [...trusted.verifierKeys, verifierKeyText(origin, next)] };
    expect(openCheckpoint(signCheckpoint(head, signer), keys)).toEqual(head);
    expect(openCheckpoint(signCheckpoint(head, noteSigner(origin, next)), keys)).toEqual(head);
  });

  it('is refused for another log, also when that log signed it with the same key', () => {
    const otherOrigin = 'holdfast.example/tenant/b';
    const signed = signCheckpoint({ ...head, origin: otherOrigin }, noteSigner(otherOrigin, privateKey));
    expect(() => openCheckpoint(signed, trusted)).toThrow(refused);
    const bothKeys = [...trusted.verifierKeys, verifierKeyText(otherOrigin, privateKey)];
    expect(() => openCheckpoint(signed, { origin, verifierKeys: bothKeys })).toThrow(/no trusted key/);
    const swapped = signNote(signed.slice(0, signed.indexOf('\n\n') + 1), [signer]);
    expect(() => openCheckpoint(swapped, trusted)).toThrow(/belongs to another log/);
  });

  it('opens for a log without leaves', () => {
    const empty = { origin, size: 0, root: emptyRoot() };
    expect(openCheckpoint(signCheckpoint(empty, signer), trusted)).toEqual(empty);
  });

  it('is refused when an unknown key signed it', () => {
    const stranger = generateKeyPairSync('ed25519').privateKey;
    expect(() => openCheckpoint(signCheckpoint(head, noteSigner(origin, stranger)), trusted)).toThrow(
      refused,
    );
  });

  it('is not signed by a key of another name', () => {
    const witness = noteSigner('witness.example', privateKey);
    expect(() => signCheckpoint(head, witness)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it.each([
    ['leading zero', `${origin}\n07\n${head.root.toString('base64')}\n`],
    ['negative size', `${origin}\n-7\n${head.root.toString('base64')}\n`],
    ['size beyond what can be counted', `${origin}\n9999999999999999\n${head.root.toString('base64')}\n`],
    ['short root', `${origin}\n7\n${head.root.subarray(1).toString('base64')}\n`],
    ['loose base64', `${origin}\n7\n${'A'.repeat(42)}B=\n`],
    ['missing line', `${origin}\n7\n`],
    ['further line', `${origin}\n7\n${head.root.toString('base64')}\nextension\n`],
    ['line before the origin', `x\n${origin}\n7\n${head.root.toString('base64')}\n`],
    ['size in words', `${origin}\nseven\n${head.root.toString('base64')}\n`],
    ['size without digits', `${origin}\n\n${head.root.toString('base64')}\n`],
    ['empty origin', `\n7\n${head.root.toString('base64')}\n`],
  ])('is refused with a %s', (_name, text) => {
    expect(() => parseCheckpointText(text)).toThrow(refused);
    expect(() => openCheckpoint(signNote(text, [signer]), trusted)).toThrow(refused);
  });

  it.each([
    ['origin', { origin: 'a b' }],
    ['origin with a plus sign', { origin: 'a+b' }],
    ['origin of nothing', { origin: '' }],
    ['origin that begins with a space', { origin: ' a' }],
    ['origin that ends in a space', { origin: 'a ' }],
    ['size', { size: -1 }],
    ['broken size', { size: 1.5 }],
    ['size beyond what can be counted', { size: 2 ** 53 }],
    ['root', { root: Buffer.alloc(31) }],
  ])('is not signed with a bad %s', (_name, change) => {
    const bad = { ...head, ...change };
    expect(() => signCheckpoint(bad, { ...signer, name: bad.origin })).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });
});
