import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from './canonical-json.ts';
import { canonicalBytes } from './canonical-json.ts';
import { commit, openCommitment } from './commitment.ts';
import type { LeafInput } from './leaf.ts';
import { MAX_LEAF_BYTES, makeLeaf, parseLeaf, placeLeaf, type Leaf, type LeafPlace } from './leaf.ts';

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

const first: LeafPlace = { ordinal: 1, previous: null };
const later: LeafPlace = { ordinal: 7, previous: randomBytes(32).toString('base64') };

function place(stated: LeafInput, values = {}, at: LeafPlace = first): { bytes: Buffer; leaf: Leaf } {
  const bytes = placeLeaf(makeLeaf(stated, values, randomBytes).bytes, at);
  return { bytes, leaf: parseLeaf(bytes) };
}

function withFields(fields: Readonly<Record<string, unknown>>): Buffer {
  return canonicalBytes({ ...place(input).leaf, ...fields } as unknown as JsonValue);
}

function withField(name: string, value: unknown): Buffer {
  return withFields({ [name]: value });
}

/** Statements of any content, also such that look like other fields of a leaf. */
const tricky = fc.constantFrom(',"outcome":"x', 'outcome', '"}', '\\,"outcome":"');
const texts = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), tricky);
const statements: fc.Arbitrary<LeafInput> = fc.record({
  tenant: texts,
  at: fc.constant(input.at),
  act: fc.constantFrom('recording.sealed', 'hold.placed'),
  object: fc.record({ type: fc.constantFrom('recording', 'outcome'), id: texts }),
  outcome: fc.constantFrom('done', 'outcome'),
  rules: fc.array(texts, { maxLength: 3 }),
  packDigest: texts,
  facts: fc.dictionary(
    fc.constantFrom('a', 'outcome', 'of', 'tenant'),
    fc.oneof(texts, fc.record({ outcome: texts })),
  ),
});

/** A leaf as the releases before places wrote it. */
function ofSchema1(fields: Readonly<Record<string, unknown>> = {}): Buffer {
  const { of, ...leaf } = place(input).leaf;
  expect(of).toEqual(first);
  return canonicalBytes({ ...leaf, v: 1, ...fields } as unknown as JsonValue);
}

describe('a leaf', () => {
  it('reads back as it was stated, with the time in milliseconds', () => {
    const { at, ...stated } = input;
    const { leaf } = place(input, {}, later);
    expect(leaf).toEqual({ v: 2, at: '2026-07-01T10:00:00.500Z', of: later, ...stated });
    expect(at.toISOString()).toBe('2026-07-01T10:00:00.500Z');
    expect(makeLeaf(input, {}, randomBytes).openings).toEqual([]);
  });

  it('has the same bytes for the same statement', () => {
    // The commitments were computed with Python's hmac module.
    const zeros = (size: number) => Buffer.alloc(size);
    expect(placeLeaf(makeLeaf(input, personal, zeros).bytes, first).toString()).toBe(
      '{"act":"recording.sealed","at":"2026-07-01T10:00:00.500Z","commitments":{' +
        '"actor":"W71RBsvgGqknkBB8Qt2o/50e8Xn+sCSJwUIVLCBqAkc=","caller":"mE5sbkFFMgySaN0PTCzbeodVCpWVy0JfgW6ADug5PA4="},' +
        '"digests":{"ciphertextSha256":"ab"},"facts":{"lossy":false,"parts":2},' +
        '"object":{"id":"0198-0001","type":"recording"},"of":{"ordinal":1,"previous":null},"outcome":"done","packDigest":"sha256:00ff",' +
        '"rules":["consent.de.announce","retention.mifid"],"tenant":"acme","v":2}',
    );
  });

  it('contains no personal value, not even twice the same commitment for one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 12, maxLength: 40 }), (value) => {
        const [one, two] = [place(input, { caller: value }), place(input, { caller: value })];
        expect(one.bytes.includes(Buffer.from(value))).toBe(false);
        expect(one.leaf.commitments?.['caller']).not.toBe(two.leaf.commitments?.['caller']);
      }),
    );
  });

  it('opens to the personal value that was committed and to no other', () => {
    const { bytes, openings } = makeLeaf(input, personal, randomBytes);
    const { commitments } = parseLeaf(placeLeaf(bytes, first));
    const [actor, caller] = openings;
    expect(openings.map(({ name, value }) => [name, value])).toEqual(Object.entries(personal));
    expect(openings.every((opening) => openCommitment(commitments, opening))).toBe(true);
    expect(openCommitment(commitments, { ...actor!, value: 'user:bert' })).toBe(false);
    expect(openCommitment(commitments, { ...actor!, salt: caller!.salt })).toBe(false);
    expect(openCommitment(commitments, { ...actor!, salt: actor!.salt.subarray(1) })).toBe(false);
    expect(openCommitment(commitments, { ...actor!, salt: Buffer.concat([actor!.salt, Buffer.of(0)]) })).toBe(
      false,
    );
    expect(openCommitment(commitments, { ...actor!, name: 'caller' })).toBe(false);
    expect(openCommitment(commitments, { ...actor!, name: 'toString' })).toBe(false);
    expect(openCommitment(undefined, actor!)).toBe(false);
  });

  it('commits by HMAC-SHA-256 over name, zero and value, under the salt', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (value, salt) => {
          const { bytes } = makeLeaf(input, { caller: value }, () => Buffer.from(salt));
          const { commitments } = parseLeaf(placeLeaf(bytes, first));
          const hmac = createHmac('sha256', salt).update('caller\0').update(value, 'utf8');
          expect(commitments?.['caller']).toBe(hmac.digest('base64'));
        },
      ),
    );
  });

  it.each([
    ['act', { act: 'recording.vanished' }],
    ['at', { at: new Date('never') }],
    ['tenant', { tenant: '' }],
    ['outcome', { outcome: 'All Good' }],
    ['object', { object: { type: 'recording' } }],
    ['object', { object: { type: 'recording', id: 'x', owner: 'y' } }],
    ['facts', { facts: { 'bad name': 1 } }],
    ['facts', { facts: { [`n${'a'.repeat(64)}`]: 1 } }],
    ['facts', { facts: { '1n': 1 } }],
    ['facts', { facts: { n: undefined } }],
    ['facts', { facts: [] }],
    ['facts', { facts: null }],
    ['facts', { facts: 7 }],
    ['facts', { facts: '' }],
    ['rules', { rules: ['one', ''] }],
    ['rules', { rules: ['x'.repeat(201)] }],
    ['packDigest', { packDigest: '' }],
    ['packDigest', { packDigest: 'x'.repeat(201) }],
    ['object', { object: null }],
    ['object', { object: { type: 'Recording', id: 'x' } }],
    ['object', { object: { type: 7, id: 'x' } }],
    ['object', { object: { type: 'recording', id: '' } }],
    ['object', { object: { type: 'recording', name: 'x' } }],
    ['outcome', { outcome: 'Done' }],
    ['outcome', { outcome: 7 }],
    ['tenant', { tenant: 7 }],
    ['digests', { digests: { sha256: 5 } }],
    ['rules', { rules: 'one' }],
    ['extra', { extra: 1 }],
  ])('is refused for a bad %s, naming the field', (field, change) => {
    const bad = { ...input, ...change } as unknown as LeafInput;
    expect(() => makeLeaf(bad, {}, randomBytes)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field }),
    );
  });

  it('says the time that is stated, whatever was made before it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 1_782_900_000_500), { maxLength: 6 }), (times) => {
        const said = times.map((ms) => place({ ...input, at: new Date(ms) }).leaf.at);
        expect(said).toEqual(times.map((ms) => new Date(ms).toISOString()));
      }),
    );
  });

  it('is refused for a time that its form cannot say, however often it is stated', () => {
    const bad = expect.objectContaining({ code: 'invalid_input', field: 'at' });
    const far = { ...input, at: new Date(Date.UTC(10_000, 0)) };
    expect(() => makeLeaf(far, {}, randomBytes)).toThrow(bad);
    expect(() => makeLeaf(far, {}, randomBytes)).toThrow(bad);
    expect(() => parseLeaf(withField('at', far.at.toISOString()))).toThrow(
      expect.objectContaining({ code: 'integrity_failed' }),
    );
  });

  it('is refused for facts JSON cannot carry and for bad names of personal values', () => {
    const bad = expect.objectContaining({ code: 'invalid_input' });
    expect(() => makeLeaf({ ...input, facts: { n: Number.NaN } }, {}, randomBytes)).toThrow(bad);
    expect(() => makeLeaf(input, { 'a b': 'x' }, randomBytes)).toThrow(bad);
    expect(() => makeLeaf(input, { caller: '\ud800' }, randomBytes)).toThrow(bad);
    expect(() => makeLeaf(input, { caller: 'a\0b' }, randomBytes)).toThrow(bad);
  });

  it('is refused when it would not fit an entry bundle in the last place there can be', () => {
    const last = { ...later, ordinal: Number.MAX_SAFE_INTEGER };
    const room = MAX_LEAF_BYTES - place({ ...input, facts: { t: '' } }, {}, last).bytes.length;
    expect(place({ ...input, facts: { t: 'x'.repeat(room) } }, {}, last).bytes).toHaveLength(MAX_LEAF_BYTES);
    const long = { ...input, facts: { t: 'x'.repeat(room + 1) } };
    expect(() => makeLeaf(long, {}, randomBytes)).toThrow(expect.objectContaining({ code: 'too_large' }));
    expect(() => makeLeaf(long, {}, randomBytes)).toThrow(/can have 65443 bytes; this one has 65444/);
  });

  it('takes labels of 200 characters and names of 64, and leaves out what is undefined', () => {
    const most = {
      ...input,
      packDigest: 'x'.repeat(200),
      facts: { [`n${'a'.repeat(63)}`]: 1, n: null },
    };
    expect(place(most).leaf).toMatchObject({ packDigest: most.packDigest, facts: most.facts });
    const without = place({ ...input, packDigest: undefined } as unknown as LeafInput);
    expect(Object.keys(without.leaf)).not.toContain('packDigest');
    expect(Object.keys(without.leaf)).not.toContain('commitments');
  });

  it('commits under plain names of up to 64 letters', () => {
    const name = `n${'a'.repeat(63)}`;
    expect(Object.keys(place(input, { [name]: 'x', n: 'y' }).leaf.commitments ?? {}).sort()).toEqual(
      ['n', name].sort(),
    );
    for (const bad of ['', ' n', 'n ', '1n', `${name}a`])
      expect(() => commit(bad, 'x', randomBytes)).toThrow(
        expect.objectContaining({ code: 'invalid_input', field: bad }),
      );
  });

  it('opens no commitment that is not a hash of its own', () => {
    const { opening, commitment } = commit('constructor', 'x', randomBytes);
    expect(openCommitment({ constructor: commitment } as Record<string, string>, opening)).toBe(true);
    expect(openCommitment({}, opening)).toBe(false);
    expect(openCommitment({ constructor: 'AAAA' } as Record<string, string>, opening)).toBe(false);
  });

  it('of a later version of the product still reads, as long as the schema is the same', () => {
    expect(parseLeaf(withField('act', 'hologram.sealed')).act).toBe('hologram.sealed');
  });

  it('of schema 1, which knew no places, still reads', () => {
    expect(parseLeaf(ofSchema1())).toMatchObject({ v: 1, act: 'recording.sealed' });
  });

  it('is completed with its place only, whatever it says', () => {
    fc.assert(
      fc.property(
        statements,
        fc.nat(),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (stated, n, hash) => {
          const at = n === 0 ? first : { ordinal: n + 1, previous: Buffer.from(hash).toString('base64') };
          const { bytes } = makeLeaf(stated, {}, randomBytes);
          const draft = JSON.parse(bytes.toString()) as JsonValue & object;
          expect(placeLeaf(bytes, at)).toEqual(canonicalBytes({ ...draft, of: { ...at } }));
        },
      ),
    );
  });

  it.each([
    ['no ordinal', { previous: null }],
    ['an ordinal of zero', { ordinal: 0, previous: null }],
    ['an ordinal of zero that follows another', { ordinal: 0, previous: later.previous }],
    ['a broken ordinal', { ordinal: 1.5, previous: later.previous }],
    ['a first leaf that follows another', { ordinal: 1, previous: later.previous }],
    ['a later leaf that follows none', { ordinal: 2, previous: null }],
    ['a hash of another length', { ordinal: 2, previous: 'AAAA' }],
    ['a hash written in another way', { ordinal: 2, previous: `${'A'.repeat(42)}B=` }],
    ['more than a place', { ...later, next: null }],
  ])('takes no place with %s, when made and when read', (_name, of) => {
    const { bytes } = makeLeaf(input, {}, randomBytes);
    expect(() => placeLeaf(bytes, of as LeafPlace)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'of' }),
    );
    expect(() => parseLeaf(withField('of', of))).toThrow(
      expect.objectContaining({ code: 'integrity_failed' }),
    );
  });

  it('is not placed when it is no draft', () => {
    expect(() => placeLeaf(Buffer.from('{"a":1}'), first)).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });

  it.each([
    ['another schema', () => withField('v', 3)],
    ['no place, though of schema 2', () => makeLeaf(input, {}, randomBytes).bytes],
    ['a place, though of schema 1', () => withField('v', 1)],
    ['an unknown field in schema 1', () => ofSchema1({ note: 'x' })],
    ['a field named like what every object has', () => withField('constructor', 'x')],
    ['an unknown field', () => withField('note', 'x')],
    ['a missing time', () => withField('at', null)],
    ['a time without milliseconds', () => withField('at', '2026-07-01T10:00:00Z')],
    ['an impossible time', () => withField('at', '2026-13-01T10:00:00.000Z')],
    ['an undotted act', () => withField('act', 'sealed')],
    ['a commitment of the wrong length', () => withField('commitments', { caller: 'AAAA' })],
    ['spaces', () => Buffer.from(JSON.stringify(place(input).leaf, null, 1))],
    ['no object', () => Buffer.from('[]')],
    ['null', () => Buffer.from('null')],
    ['no JSON', () => Buffer.from('leaf')],
    ['too many bytes', () => withField('facts', { t: 'x'.repeat(MAX_LEAF_BYTES) })],
    ['a time with words before it', () => withField('at', 'at 2026-07-01T10:00:00.000Z')],
    ['a time with words after it', () => withField('at', '2026-07-01T10:00:00.000Z or so')],
    ['a time that is a number', () => withField('at', 5)],
    ['an act that is a number', () => withField('act', 5)],
    ['commitments that are none', () => withField('commitments', ['AAAA'])],
    ['a commitment with more around it', () => withField('commitments', { n: ` ${later.previous}` })],
    ['a commitment with more behind it', () => withField('commitments', { n: `${later.previous} ` })],
    ['a text', () => Buffer.from('"leaf"')],
    ['a number', () => Buffer.from('7')],
  ])('is refused on reading with %s', (_name, bytes) => {
    const cause = expect.objectContaining({ code: 'invalid_input' }) as unknown;
    expect(() => parseLeaf(bytes())).toThrow(expect.objectContaining({ code: 'integrity_failed', cause }));
  });
});
