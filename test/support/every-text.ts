import type { Payload } from '@temporalio/common';

/** All strings and bytes anywhere in a value, as text; payloads also as `decode` opens them. */
export async function everyText(
  value: unknown,
  decode: (payloads: Payload[]) => Promise<Payload[]>,
): Promise<string[]> {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  if (typeof value !== 'object' || value === null) return [];
  const isPayload = 'metadata' in value && 'data' in value && value.data instanceof Uint8Array;
  const opened = isPayload ? await decode([value as Payload]) : [];
  const inner = isPayload ? opened.flatMap((one) => [one.data ?? new Uint8Array()]) : [];
  const texts = await Promise.all(
    [...Object.entries(value).flat(), ...inner].map((one) => everyText(one, decode)),
  );
  return texts.flat();
}
