/** The offline check of a bundle: no database, no network, no clock, no state. */
import { isHoldfastError } from '../errors.ts';
import type { TrustFile } from '../ledger/trust-file.ts';
import { keysOfLog, trustFingerprint } from '../ledger/trust-file.ts';
import { checkContainer } from './checks/container.ts';
import { checkFiles, checkManifest } from './checks/files.ts';
import { checkChains, checkClock, checkOpenings } from './checks/followed.ts';
import {
  checkConsistency,
  checkSignatures,
  readHistory,
  type HistoryLine,
  type SignedPoint,
} from './checks/history.ts';
import { checkLog, type LogFolder } from './checks/whole-log.ts';
import { checkLeaves } from './checks/read-leaves.ts';
import { checkHolds, checkParts } from './checks/recordings.ts';
import { checkSeal, readSeal, type Seal } from './checks/seal.ts';
import { checkKeys, checkTimestamps } from './checks/time.ts';
import { checkWitnesses } from './checks/witnesses.ts';
import type { ByteSource } from './container/byte-source.ts';
import type { Manifest } from './manifest.ts';
import { counted, refused } from './refused.ts';
import { Report, type CheckName, type CheckResult, type Passed } from './report.ts';

/** The verdict on a bundle. */
export interface Verification {
  readonly format: 'holdfast-verification/1';
  readonly verdict: 'verified' | 'refused';
  /** The first thing that is wrong; null when nothing is. */
  readonly first: CheckName | null;
  readonly checks: readonly CheckResult[];
  /** What the bundle does not prove, for itself or by what the trust file asks for. */
  readonly notProven: readonly string[];
  /** What the manifest says of the bundle; null unless verified: nothing unverified is read out. */
  readonly bundle: BundleSummary | null;
  /** Fingerprint of the trust file that the verdict rests on. */
  readonly trust: string;
}

/** What a verified bundle is. */
export interface BundleSummary extends Omit<Manifest, 'recordings' | 'files' | 'format'> {
  readonly recordings: number;
  readonly files: number;
}

/**
 * Checks a bundle against what the caller trusts. Whatever the bundle holds, the answer is a verdict.
 * @throws unavailable when the bundle cannot be read.
 */
export async function verifyBundle(
  source: ByteSource,
  trust: TrustFile,
  log?: LogFolder,
): Promise<Verification> {
  const report = new Report();
  const read = await report.check('container', [], () => checkContainer(source));
  const listed = await report.check('manifest', [read], checkManifest);
  await report.check('files', [read, listed], checkFiles);
  const manifest = listed?.manifest;
  const trusted = await report.check('trust', [manifest], (one) => checkTrust(one, trust));
  const seal = read && (await attempt(() => readSeal(read)));
  const lines = read && (await attempt(() => readHistory(read)));

  const signed = await report.check('signatures', [manifest, trusted, lines], (one, _, found) =>
    checkSignatures(one, given(found), sealedHistory(seal), trust),
  );
  const grown = await report.check('consistency', [signed], checkConsistency);
  const witnessed = await report.check('witnesses', [grown], ({ points }) => checkWitnesses(points, trust));
  const dated = await report.check('timestamps', [witnessed], (points) => checkTimestamps(points, trust));
  await report.check('keys', [dated], (points) => checkKeys(points));

  // Entries are proven under checkpoints that hold; what others say of those is for the checks above.
  const leaves = await report.check('leaves', [read, manifest, grown], (container, one, { head }) =>
    checkLeaves(container, one, head, dated ?? []),
  );
  await report.check('chains', [manifest, leaves], (one, found) =>
    checkChains(one, found, log !== undefined),
  );
  await report.check('openings', [leaves], checkOpenings);
  await report.check('clock', [leaves, dated], (found, _) => checkClock(found));
  await report.check('seal', [listed, seal, grown], (one, found, { points }) =>
    checkSeal(given(found), points.at(-1) as SignedPoint, one),
  );
  await report.check('parts', [manifest, leaves, read], checkParts);
  await report.check('holds', [manifest, leaves], checkHolds);
  if (log !== undefined)
    await report.check('log', [manifest, grown], (one, { head }) => checkLog(log, one, head));
  return conclude(report, trust, manifest);
}

function checkTrust(manifest: Manifest, trust: TrustFile): Passed<true> {
  const keys = keysOfLog(trust, manifest.origin);
  if (keys.length === 0)
    throw refused(
      `The bundle speaks of the log ${manifest.origin}, which is not in your trust file: it comes from another installation or customer than the one you trust, or somebody swapped the log.`,
    );
  return {
    statement: `The log is ${manifest.origin}, with ${counted(keys.length, 'key')} in your trust file.`,
    value: true,
  };
}

function conclude(report: Report, trust: TrustFile, manifest: Manifest | undefined): Verification {
  const { results, notProven, first } = report;
  const verified =
    results.every(({ result }) => result === 'passed' || result === 'not proven') && manifest !== undefined;
  return {
    format: 'holdfast-verification/1',
    verdict: verified ? 'verified' : 'refused',
    first: first?.check ?? null,
    checks: results,
    notProven,
    bundle: verified ? summarize(manifest) : null,
    trust: trustFingerprint(trust),
  };
}

function summarize({ format: _, recordings, files, ...said }: Manifest): BundleSummary {
  return { ...said, recordings: recordings.length, files: files.length };
}

/** A value, or the refusal that a later check reports as its own. */
type Attempt<T> = { readonly value: T } | { readonly error: Error };

async function attempt<T>(act: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await act() };
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'integrity_failed') return { error };
    throw error;
  }
}

function given<T>(attempted: Attempt<T>): T {
  if ('error' in attempted) throw attempted.error;
  return attempted.value;
}

function sealedHistory(seal: Attempt<Seal> | undefined): readonly HistoryLine[] {
  return seal !== undefined && 'value' in seal ? seal.value.history : [];
}
