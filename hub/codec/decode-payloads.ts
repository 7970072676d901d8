import type { Payload, PayloadCodec } from '@temporalio/common';
import { z } from 'zod';

const base64 = z.base64();

/** A request of a codec server: payloads as protobuf's JSON has them, bytes in base64. */
export const codecRequest = z.object({
  payloads: z
    .array(z.object({ metadata: z.record(z.string().max(200), base64).optional(), data: base64.optional() }))
    .max(2_000),
});
/** One payload on the wire. */
export type WirePayload = z.output<typeof codecRequest>['payloads'][number];

/** What came of a request: an answer for each payload in its place, and how many were decoded or withheld. */
export interface Decoded {
  readonly payloads: readonly WirePayload[];
  readonly decoded: number;
  readonly withheld: number;
}

/**
 * Decodes what concerns the tenant. A payload that names another tenant anywhere, or whose content cannot be judged, is
 * given back encrypted as it came. Payloads of work for all tenants name none, and have nothing of theirs in them.
 * @throws HoldfastError `key_unavailable`, `integrity_failed` as the codec does.
 */
export async function decodePayloads(
  codec: PayloadCodec,
  tenantId: string,
  asked: readonly WirePayload[],
): Promise<Decoded> {
  const given = asked.map(fromWire);
  const opened = await codec.decode(given);
  const answers = opened.map((payload, index) => {
    const before = given[index] ?? payload;
    if (payload === before) return { payload, kind: 'passed' as const };
    return isFor(tenantId, payload)
      ? { payload, kind: 'decoded' as const }
      : { payload: before, kind: 'withheld' as const };
  });
  return {
    payloads: answers.map(({ payload }) => toWire(payload)),
    decoded: answers.filter(({ kind }) => kind === 'decoded').length,
    withheld: answers.filter(({ kind }) => kind === 'withheld').length,
  };
}

function isFor(tenantId: string, payload: Payload): boolean {
  const encoding = Buffer.from(payload.metadata?.['encoding'] ?? []).toString();
  if (encoding === 'binary/null') return true;
  if (encoding !== 'json/plain') return false;
  try {
    return tenantsIn(JSON.parse(Buffer.from(payload.data ?? []).toString())).every((id) => id === tenantId);
  } catch {
    return false;
  }
}

/** Every value under the name `tenantId`, at any depth. */
function tenantsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === 'tenantId' ? [inner] : tenantsIn(inner)));
}

function fromWire({ metadata = {}, data }: WirePayload): Payload {
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
    ),
    data: Buffer.from(data ?? '', 'base64'),
  };
}

function toWire({ metadata, data }: Payload): WirePayload {
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
    ),
    data: Buffer.from(data ?? []).toString('base64'),
  };
}
