import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../errors.ts';
import type { TrustFile } from '../ledger/trust-file.ts';
import { openAge } from './container/age-source.ts';
import { bufferSource } from './container/byte-source.ts';
import { openContainer } from './container/zip-reader.ts';
import { installed } from './testing/attacked.ts';
import { bundleFiles, draftBundle, exportBundle, sealDraft } from './testing/export-bundle.ts';
import { makeZip, type ZipFile } from './testing/make-zip.ts';
import { verifyBundle } from './verify-bundle.ts';

jest.setTimeout(120_000); // thousands of bundles

let bundle: Buffer;
let files: ZipFile[];
let trust: TrustFile;

beforeAll(async () => {
  const made = installed();
  trust = made.trust;
  files = bundleFiles(
    await sealDraft(made.installation, await draftBundle(made.installation, { sizes: [5] })),
  );
  bundle = await exportBundle(made.installation);
});

/** The verdict; anything but a verdict fails the test. */
async function verdict(bytes: Buffer): Promise<string> {
  return (await verifyBundle(bufferSource(bytes), trust)).verdict;
}

describe('a bundle that was changed at random', () => {
  it('is untouched before that verified', async () => {
    expect(await verdict(bundle)).toBe('verified');
    expect(await verdict(makeZip(files))).toBe('verified');
  });

  it('by any one bit of its headers, directory or end is refused', async () => {
    const { entries } = await openContainer(bufferSource(bundle));
    const [last] = entries.slice(-1);
    const places = entries.flatMap(({ offset, path, size, end }) => [
      ...Array.from({ length: 30 + path.length }, (_, at) => offset + at),
      ...Array.from({ length: end - offset - 30 - path.length - size }, (_, at) => end - 1 - at),
    ]);
    for (let at = last!.end; at < bundle.length; at += 1) places.push(at);
    for (const at of places) {
      const bit = 1 << (at % 8);
      const changed = Buffer.from(bundle);
      changed[at]! ^= bit;
      if ((await verdict(changed)) !== 'refused')
        throw new Error(`bit ${bit} of byte ${at} makes no difference`);
    }
    expect(places.length).toBeGreaterThan(2_000);
  });

  it('by bits anywhere is refused', async () => {
    const changes = fc.array(fc.tuple(fc.nat(bundle.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(changes, async (some) => {
        const changed = Buffer.from(bundle);
        for (const [at, mask] of some) changed[at]! ^= mask;
        if (changed.equals(bundle)) return;
        expect(await verdict(changed)).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });

  it('by cutting, repeating, putting in or moving bytes is refused', async () => {
    const place = fc.nat(bundle.length);
    await fc.assert(
      fc.asyncProperty(place, place, place, fc.uint8Array({ maxLength: 40 }), async (a, b, c, put) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const changed = [
          bundle.subarray(0, from),
          bundle.subarray(from),
          Buffer.concat([bundle.subarray(0, from), bundle.subarray(to)]),
          Buffer.concat([bundle.subarray(0, from), put, bundle.subarray(from)]),
          Buffer.concat([bundle.subarray(0, to), bundle.subarray(from)]),
          Buffer.concat([bundle.subarray(0, c), bundle.subarray(from, to), bundle.subarray(c)]),
        ];
        for (const one of changed) if (!one.equals(bundle)) expect(await verdict(one)).toBe('refused');
      }),
      { numRuns: 100 },
    );
  });

  it('by numbers in its headers is refused, whatever they claim', async () => {
    const number = fc.oneof(fc.constantFrom(0, 1, 0xffff, 0x7fffffff, 0xffffffff), fc.nat(0xffffffff));
    const over = fc.record(
      {
        version: fc.nat(0xffff),
        flags: fc.nat(0xffff),
        method: fc.nat(0xffff),
        time: number,
        crc: number,
        stored: number,
        size: number,
        extra: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(files.length - 1), over, over, async (at, local, central) => {
        const file = files[at] as ZipFile;
        const changed = makeZip(files.with(at, { ...file, local, central }));
        if (!changed.equals(makeZip(files))) expect(await verdict(changed)).toBe('refused');
      }),
      { numRuns: 300 },
    );
  });

  it('in the content of its own files, whose checksums are right, is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(files.length - 1),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (at, place, mask) => {
          const file = files[at] as ZipFile;
          const bytes = Buffer.from(file.bytes);
          bytes[place % bytes.length]! ^= mask;
          expect(await verdict(makeZip(files.with(at, { ...file, bytes })))).toBe('refused');
          expect(await verdict(makeZip(files.toSpliced(at, 1)))).toBe('refused');
          expect(await verdict(makeZip(files.toSpliced(at, 0, { ...file, path: `${file.path}x` })))).toBe(
            'refused',
          );
        },
      ),
      { numRuns: 80 },
    );
  });

  it('within its encryption gives no verdict but a refusal', async () => {
    const identity = await generateX25519Identity();
    const encrypter = new Encrypter();
    encrypter.addRecipient(await identityToRecipient(identity));
    const sealed = Buffer.from(await encrypter.encrypt(bundle));
    const open = async (bytes: Buffer): Promise<string> => {
      try {
        return (await verifyBundle(await openAge(bufferSource(bytes), identity), trust)).verdict;
      } catch (error) {
        if (isHoldfastError(error)) return error.code;
        throw error;
      }
    };
    expect(await open(sealed)).toBe('verified');
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const changed = Buffer.from(sealed);
        changed[at]! ^= mask;
        for (const one of [
          changed,
          sealed.subarray(0, at),
          Buffer.concat([sealed, Buffer.alloc(1 + (at % 30))]),
        ])
          expect(['refused', 'integrity_failed', 'key_unavailable']).toContain(await open(one));
      }),
      { numRuns: 150 },
    );
  });
});
