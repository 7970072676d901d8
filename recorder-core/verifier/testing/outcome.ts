/** What a test asks of a verdict. */
import { bufferSource } from '../container/byte-source.ts';
import type { TrustFile } from '../../ledger/trust-file.ts';
import { verifyBundle, type Verification } from '../verify-bundle.ts';

/** The first check that failed, and its sentence; `verified` when none did. */
export function outcomeOf({ verdict, first, checks }: Verification): string {
  const failed = checks.find(({ check }) => check === first);
  return failed === undefined ? verdict : `${failed.check}: ${failed.statement}`;
}

/** Verifies the bytes of a bundle and says what came of it. */
export async function outcome(bundle: Buffer, trust: TrustFile): Promise<string> {
  return outcomeOf(await verifyBundle(bufferSource(bundle), trust));
}
