import type { LedgerConsistency } from '../../../hub/api/schemas/anchors.ts';
import { call } from './client.ts';

/** The hashes which show that the ledger of one size only adds to that of a smaller one; base64. */
export async function askConsistency(from: number, to: number): Promise<readonly string[]> {
  const answer = await call<LedgerConsistency>(
    `/api/v1/ledger/consistency?from=${String(from)}&to=${String(to)}`,
  );
  return answer.proof;
}
