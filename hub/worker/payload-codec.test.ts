import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { openPayloadCodec } from './payload-codec.ts';

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const ring = (activeKeyId: string, ...ids: [string, number][]) => ({
  activeKeyId,
  keys: new Map(ids.map(([id, byte]) => [id, key(byte)])),
});
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)!;
const valueOf = (payload: Payload): unknown => defaultPayloadConverter.fromPayload(payload);
const keyIdOf = ({ metadata }: Payload): string =>
  Buffer.from(metadata?.['encryption-key-id'] ?? []).toString();

describe('the payload codec', () => {
  test('gives back any values it encrypted, in their order', async () => {
    const codec = openPayloadCodec(ring('a', ['a', 1]));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ noUnicodeString: false }), { maxLength: 5 }),
        async (values) => {
          const wire = await codec.encode(values.map(payloadOf));
          const back = (await codec.decode(wire)).map(valueOf);
          expect(back).toEqual(values.map((value) => valueOf(payloadOf(value))));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('hides the content and its encoding, and never encrypts alike twice', async () => {
    const codec = openPayloadCodec(ring('a', ['a', 1]));
    const [one, two] = await codec.encode([payloadOf('a canary'), payloadOf('a canary')]);
    const text = Buffer.from(one!.data!).toString('latin1');
    expect(text).not.toContain('canary');
    expect(text).not.toContain('json/plain');
    expect(Buffer.from(one!.data!).equals(Buffer.from(two!.data!))).toBe(false);
  });

  test('leaves payloads of others untouched when it decodes', async () => {
    const codec = openPayloadCodec(ring('a', ['a', 1]));
    const foreign = payloadOf({ from: 'another tool' });
    expect((await codec.decode([foreign, {}]))[0]).toBe(foreign);
  });

  test('reads what any key of the ring encrypted, writes with the active one, and tells which keys are still read', async () => {
    const before = openPayloadCodec(ring('old', ['old', 1]));
    const read: string[] = [];
    const after = openPayloadCodec(ring('new', ['old', 1], ['new', 2]), { onDecode: (id) => read.push(id) });
    const [old] = await before.encode([payloadOf(1)]);
    const [fresh] = await after.encode([payloadOf(2)]);
    expect([keyIdOf(old!), keyIdOf(fresh!)]).toEqual(['old', 'new']);
    expect((await after.decode([old!, fresh!])).map(valueOf)).toEqual([1, 2]);
    expect(read).toEqual(['old', 'new']);
  });

  test('names the key that is missing, and asks to be tried again', async () => {
    const [wire] = await openPayloadCodec(ring('lost', ['lost', 1])).encode([payloadOf(1)]);
    const other = openPayloadCodec(ring('a', ['a', 1]));
    await expect(other.decode([wire!])).rejects.toMatchObject({
      code: 'key_unavailable',
      retryable: true,
      message: expect.stringContaining('lost'),
    });
  });

  test('refuses a payload with any bit changed, cut short, or moved under another key id', async () => {
    const codec = openPayloadCodec(ring('a', ['a', 1], ['b', 1]));
    const [wire] = await codec.encode([payloadOf({ some: 'content' })]);
    const data = wire!.data!;
    const refused = async (altered: Payload): Promise<void> => {
      await expect(codec.decode([altered])).rejects.toMatchObject({ code: 'integrity_failed' });
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(data.length * 8 - 1), async (bit) => {
        const copy = Uint8Array.from(data);
        copy[bit >> 3]! ^= 1 << (bit & 7);
        await refused({ ...wire!, data: copy });
      }),
      { numRuns: 100 },
    );
    for (const length of [0, 5, 12, 27, data.length - 1])
      await refused({ ...wire!, data: data.subarray(0, length) });
    await refused({ ...wire!, metadata: { ...wire!.metadata, 'encryption-key-id': Buffer.from('b') } });
  });

  test('is not opened with a key of the wrong size or without its active key', () => {
    expect(() => openPayloadCodec({ activeKeyId: 'a', keys: new Map([['a', new Uint8Array(16)]]) })).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    );
    expect(() => openPayloadCodec(ring('a', ['b', 1]))).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    );
  });
});
