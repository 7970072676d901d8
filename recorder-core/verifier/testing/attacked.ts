/**
 * A malicious producer: someone who has the database, the disk and the key that signs the log, and makes a bundle that
 * shall look right. What they do not have are the keys of witnesses and time-stamp authorities.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { TimeStampAuthority } from '../../../test/support/time-stamp-authority.ts';
import { canonicalBytes, type JsonValue } from '../../ledger/canonical-json.ts';
import { MemoryLog } from '../../ledger/testing/memory-log.ts';
import { timeStampRequest } from '../../ledger/timestamp.ts';
import type { TrustFile } from '../../ledger/trust-file.ts';
import { exportBundle, type ExportOptions } from './export-bundle.ts';
import { Installation, type Stamp } from './installation.ts';
import { outcome } from './outcome.ts';

export const MINUTE = 60_000;

/** Stamps by an authority of OpenSSL. */
export function stampBy(authority: TimeStampAuthority): Stamp {
  return (message) => authority.reply(timeStampRequest(message, randomBytes(8))).toString('base64');
}

const witnessed = { name: 'witness.example', key: generateKeyPairSync('ed25519').privateKey };

/** Four recordings, a dozen entries, and a witness that has seen them. */
export function installed(): { installation: Installation; ids: string[]; trust: TrustFile } {
  const installation = new Installation();
  const ids = Array.from({ length: 4 }, () => installation.record());
  installation.witnesses.push(witnessed);
  return { installation, ids, trust: installation.trust() };
}

/** The producer rewrites the whole log. Its witness has seen the other one and cosigns this one no more. */
export function rewrite(installation: Installation, change: (entries: Buffer[]) => Buffer[]): void {
  installation.log = new MemoryLog(change([...installation.log.entries]));
  installation.witnesses.length = 0;
}

/** An entry with other content, in canonical form. */
export function edited(entry: Buffer, change: object): Buffer {
  return canonicalBytes({ ...(JSON.parse(entry.toString()) as object), ...change } as JsonValue);
}

/** What comes of a bundle that was changed in this way before it was sealed. */
export async function tampered(
  tamper: NonNullable<ExportOptions['tamper']>,
  options: ExportOptions = {},
): Promise<string> {
  const { installation, trust } = installed();
  return outcome(await exportBundle(installation, { ...options, tamper }), trust);
}
