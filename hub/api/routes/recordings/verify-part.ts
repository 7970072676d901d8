import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { isAsCaptured, type PartAccess } from '../../../../recorder-core/records/open-part.ts';
import type { Part } from '../../../../recorder-core/records/parts.ts';

/** A player asks for many ranges in a row; within this time a verified part is not digested again. */
const TRUSTED_FOR_MS = 60_000;
const verifiedAt = new WeakMap<object, Map<string, number>>();

/** Makes the next request digest a part again: it was found damaged. */
export function distrustPart(access: PartAccess, part: Part): void {
  verifiedAt.get(access)?.delete(part.id);
}

/**
 * Decrypts a whole part and compares it with the digest taken at capture.
 * @throws HoldfastError `integrity_failed`, `not_found` when the object is missing, and as `openPart`.
 */
export async function verifyPart(
  access: PartAccess,
  tenantId: string,
  part: Part,
  nowMs: number,
): Promise<void> {
  const known = verifiedAt.get(access) ?? new Map<string, number>();
  verifiedAt.set(access, known);
  if (nowMs - (known.get(part.id) ?? -Infinity) < TRUSTED_FOR_MS) return;
  if (!(await isAsCaptured(access, tenantId, part))) {
    throw new HoldfastError('integrity_failed', 'The stored part is not what was captured.');
  }
  for (const [id, at] of known) if (nowMs - at >= TRUSTED_FOR_MS) known.delete(id);
  known.set(part.id, nowMs);
}
