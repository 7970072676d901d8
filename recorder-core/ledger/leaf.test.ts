import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from './canonical-json.ts';
import { canonicalBytes } from './canonical-json.ts';
import { openCommitment } from './commitment.ts';
import type { LeafInput } from './leaf.ts';
import { MAX_LEAF_BYTES, makeLeaf, parseLeaf } from './leaf.ts';

const input: LeafInput = {
  tenant: 'acme',
  at: new Date('2026-07-01T10:00:00.5Z'),
  act: 'recording.sealed',
  object: { type: 'recording', id: '0198-0001' },
  outcome: 'done',
  rules: ['consent.de.announce', 'retention.mifid'],
  packDigest: 'sha256:00ff',
  digests: { ciphertextSha256: 'ab' },
  facts: { parts: 2, lossy: false },
};
const personal = { actor: 'user:anna', caller: '+49301234567' };

function withField(name: string, value: unknown): Buffer {
  const leaf = parseLeaf(makeLeaf(input, {}, randomBytes).bytes);
  return canonicalBytes({ ...leaf, [name]: value } as unknown as JsonValue);
}

describe('a leaf', () => {
  it('reads back as it was stated, with the time in milliseconds', () => {
    const { at, ...stated } = input;
    const { bytes, openings } = makeLeaf(input, {}, randomBytes);
    expect(parseLeaf(bytes)).toEqual({ v: 1, at: '2026-07-01T10:00:00.500Z', ...stated });
    expect(at.toISOString()).toBe('2026-07-01T10:00:00.500Z');
    expect(openings).toEqual([]);
  });

  it('has the same bytes for the same statement', () => {
    // The commitments were computed with Python's hmac module.
    const zeros = (size: number) => Buffer.alloc(size);
    expect(makeLeaf(input, personal, zeros).bytes.toString()).toBe(
      '{"act":"recording.sealed","at":"2026-07-01T10:00:00.500Z","commitments":{' +
        '"actor":"W71RBsvgGqknkBB8Qt2o/50e8Xn+sCSJwUIVLCBqAkc=","caller":"mE5sbkFFMgySaN0PTCzbeodVCpWVy0JfgW6ADug5PA4="},' +
        '"digests":{"ciphertextSha256":"ab"},"facts":{"lossy":false,"parts":2},' +
        '"object":{"id":"0198-0001","type":"recording"},"outcome":"done","packDigest":"sha256:00ff",' +
        '"rules":["consent.de.announce","retention.mifid"],"tenant":"acme","v":1}',
    );
  });

  it('contains no personal value, not even twice the same commitment for one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 12, maxLength: 40 }), (value) => {
        const [one, two] = [
          makeLeaf(input, { caller: value }, randomBytes),
          makeLeaf(input, { caller: value }, randomBytes),
        ];
        expect(one.bytes.includes(Buffer.from(value))).toBe(false);
        expect(parseLeaf(one.bytes).commitments?.['caller']).not.toBe(
          parseLeaf(two.bytes).commitments?.['caller'],
        );
      }),
    );
  });

  it('opens to the personal value that was committed and to no other', () => {
    const { bytes, openings } = makeLeaf(input, personal, randomBytes);
    const { commitments } = parseLeaf(bytes);
    const [actor, caller] = openings;
    expect(openings.map(({ name, value }) => [name, value])).toEqual(Object.entries(personal));
    expect(openings.every((opening) => openCommitment(commitments, opening))).toBe(true);
    expect(openCommitment(commitments, { ...actor!, value: 'user:bert' })).toBe(false);
    expect(openCommitment(commitments, { ...actor!, salt: caller!.salt })).toBe(false);
    expect(openCommitment(commitments, { ...actor!, name: 'caller' })).toBe(false);
    expect(openCommitment(commitments, { ...actor!, name: 'toString' })).toBe(false);
    expect(openCommitment(undefined, actor!)).toBe(false);
  });

  it.each([
    ['act', { act: 'recording.vanished' }],
    ['at', { at: new Date('never') }],
    ['tenant', { tenant: '' }],
    ['outcome', { outcome: 'All Good' }],
    ['object', { object: { type: 'recording' } }],
    ['object', { object: { type: 'recording', id: 'x', owner: 'y' } }],
    ['facts', { facts: { 'bad name': 1 } }],
    ['digests', { digests: { sha256: 5 } }],
    ['rules', { rules: 'one' }],
    ['extra', { extra: 1 }],
  ])('is refused for a bad %s, naming the field', (field, change) => {
    const bad = { ...input, ...change } as unknown as LeafInput;
    expect(() => makeLeaf(bad, {}, randomBytes)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field }),
    );
  });

  it('is refused for facts JSON cannot carry and for bad names of personal values', () => {
    const bad = expect.objectContaining({ code: 'invalid_input' });
    expect(() => makeLeaf({ ...input, facts: { n: Number.NaN } }, {}, randomBytes)).toThrow(bad);
    expect(() => makeLeaf(input, { 'a b': 'x' }, randomBytes)).toThrow(bad);
    expect(() => makeLeaf(input, { caller: '\ud800' }, randomBytes)).toThrow(bad);
  });

  it('is refused when it does not fit an entry bundle', () => {
    const room = MAX_LEAF_BYTES - makeLeaf({ ...input, facts: { t: '' } }, {}, randomBytes).bytes.length;
    expect(makeLeaf({ ...input, facts: { t: 'x'.repeat(room) } }, {}, randomBytes).bytes).toHaveLength(
      MAX_LEAF_BYTES,
    );
    const long = { ...input, facts: { t: 'x'.repeat(room + 1) } };
    expect(() => makeLeaf(long, {}, randomBytes)).toThrow(expect.objectContaining({ code: 'too_large' }));
  });

  it('of a later version of the product still reads, as long as the schema is the same', () => {
    expect(parseLeaf(withField('act', 'hologram.sealed')).act).toBe('hologram.sealed');
  });

  it.each([
    ['another schema', () => withField('v', 2)],
    ['an unknown field', () => withField('note', 'x')],
    ['a missing time', () => withField('at', null)],
    ['a time without milliseconds', () => withField('at', '2026-07-01T10:00:00Z')],
    ['an impossible time', () => withField('at', '2026-13-01T10:00:00.000Z')],
    ['an undotted act', () => withField('act', 'sealed')],
    ['a commitment of the wrong length', () => withField('commitments', { caller: 'AAAA' })],
    ['spaces', () => Buffer.from(JSON.stringify(JSON.parse(withField('v', 1).toString()), null, 1))],
    ['no object', () => Buffer.from('[]')],
    ['null', () => Buffer.from('null')],
    ['no JSON', () => Buffer.from('leaf')],
    ['too many bytes', () => Buffer.alloc(MAX_LEAF_BYTES + 1, 0x20)],
  ])('is refused on reading with %s', (_name, bytes) => {
    expect(() => parseLeaf(bytes())).toThrow(expect.objectContaining({ code: 'integrity_failed' }));
  });
});
