import { isHoldfastError } from '../errors.ts';
import { wholeLists } from '../ledger/continued-lists.ts';
import { parseLeaf, type Leaf } from '../ledger/leaf.ts';
import { checkpointNow, readCustody } from './checkpoints.ts';
import { readCertificate } from './disposals.ts';
import { readKekIds } from './keys.ts';
import { readHead } from './ledger-log.ts';
import { isAsCaptured, type PartAccess } from './open-part.ts';
import { readParts, type Part } from './parts.ts';
import type { LedgerKeys } from './signing-keys.ts';
import { listRecordings, readRecording, type Recording } from './recordings.ts';
import { sequenceLeaves } from './sequence-leaves.ts';
import { walkLog } from './walk-log.ts';

/** What verifying one thing came to. */
export interface Verification {
  readonly ok: boolean;
  /** What was checked: `ledger`, or the id of a recording. */
  readonly about: string;
  readonly statement: string;
}

/** Walks the log's leaves, derives its root from them and compares it with the head and with what was signed before. */
export async function verifyLedger(
  access: Pick<PartAccess, 'db'>,
  tenantId: string,
  ledgerKeys: LedgerKeys,
  now: Date,
): Promise<Verification> {
  const finding = (ok: boolean, statement: string): Verification => ({ ok, about: 'ledger', statement });
  try {
    // By itself, for a walk takes long and others want to sequence meanwhile.
    await access.db.forTenant(tenantId, (tx) => sequenceLeaves(tx, tenantId));
    return await access.db.forTenant(tenantId, async (tx) => {
      const { size, root } = await readHead(tx);
      const walked = await walkLog(tx, tenantId, size);
      if ('fault' in walked) return finding(false, walked.fault);
      if (!walked.root.equals(root))
        return finding(false, 'The leaves do not give the root of the log: a leaf was changed.');
      await checkpointNow(tx, tenantId, ledgerKeys, now);
      return finding(
        true,
        `${size} leaves follow one on another without a gap and give the signed root, and the log extends every checkpoint that this database keeps.`,
      );
    });
  } catch (error) {
    return finding(false, sentenceOf(error));
  }
}

/** Verifies recordings, all of the tenant or the one named: every part, every digest, every leaf. */
export async function* verifyRecordings(
  access: PartAccess,
  tenantId: string,
  ledgerKeys: LedgerKeys,
  now: Date,
  only?: string,
): AsyncGenerator<Verification> {
  if (only !== undefined) {
    const recording = await access.db.forTenant(tenantId, (tx) => readRecording(tx, only));
    yield recording === undefined
      ? { ok: false, about: only, statement: 'There is no such recording in this tenant.' }
      : await verifyRecording(access, tenantId, ledgerKeys, now, recording);
    return;
  }
  let before: Recording | undefined;
  for (;;) {
    const page: Recording[] = await access.db.forTenant(tenantId, (tx) =>
      listRecordings(tx, { limit: 100, ...(before === undefined ? {} : { before }) }),
    );
    for (const recording of page) yield await verifyRecording(access, tenantId, ledgerKeys, now, recording);
    before = page.at(-1);
    if (before === undefined) return;
  }
}

/** Verifies one recording: every part, every digest, every leaf. */
export async function verifyRecording(
  access: PartAccess,
  tenantId: string,
  ledgerKeys: LedgerKeys,
  now: Date,
  recording: Recording,
): Promise<Verification> {
  const finding = (ok: boolean, statement: string): Verification => ({ ok, about: recording.id, statement });
  try {
    const { parts, custody, keys, certificate } = await access.db.forTenant(tenantId, async (tx) => ({
      parts: await readParts(tx, recording.id),
      custody: await readCustody(tx, recording.id, await checkpointNow(tx, tenantId, ledgerKeys, now)),
      keys: await readKekIds(tx, recording.id),
      certificate: await readCertificate(tx, recording.id),
    }));
    if (!custody.every(({ proven }) => proven)) return finding(false, 'A leaf about it is not in the log.');
    const leaves = wholeLists(custody.map(({ body }) => parseLeaf(body)));
    const sealed = leaves.find(({ act }) => act === 'recording.sealed' || act === 'recording.recovered');
    if (sealed === undefined) return finding(false, 'The ledger has no leaf of its sealing.');
    const named = namedParts(leaves.filter(({ act }) => act === sealed.act || act === 'recording.derived'));
    const differing = parts.find((part) => part.kind !== 'waveform' && !isNamed(named, part));
    if (differing !== undefined)
      return finding(false, `The digests of part ${differing.id} are not those by which it came into being.`);
    if (recording.state === 'disposed') {
      return keys.size === 0 && certificate !== undefined
        ? finding(
            true,
            `Disposed of with a certificate (leaf ${certificate.ledgerIndex}); no key of it is left.`,
          )
        : finding(false, 'It is marked as disposed of, yet a key is left or the certificate is missing.');
    }
    const stored = parts.filter(({ store, destroyedAt }) => store === 'objects' && destroyedAt === null);
    for (const part of stored) {
      const same = await isAsCaptured(access, tenantId, part);
      if (!same) return finding(false, `Part ${part.id} is not what was captured.`);
    }
    return finding(
      true,
      `${stored.length} of ${parts.length} parts decrypted and equal to their digests; ${custody.length} leaves proven.`,
    );
  } catch (error) {
    return finding(false, sentenceOf(error));
  }
}

/** The digests of parts, by their ids, that the leaves have by which they came into being. */
function namedParts(leaves: readonly Leaf[]): Map<unknown, Readonly<Record<string, unknown>>> {
  const entries = leaves.flatMap(({ facts }) => {
    const named = facts?.['parts'];
    return Array.isArray(named) ? (named as readonly unknown[]) : [];
  });
  return new Map(
    entries.map((entry) => Object(entry) as Record<string, unknown>).map((one) => [one['id'], one]),
  );
}

function isNamed(named: ReturnType<typeof namedParts>, { id, sha256, ciphertextSha256 }: Part): boolean {
  const entry = named.get(id);
  return (
    entry?.['sha256'] === sha256.toString('hex') &&
    entry['ciphertextSha256'] === ciphertextSha256.toString('hex')
  );
}

function sentenceOf(error: unknown): string {
  if (isHoldfastError(error)) return error.message;
  throw error;
}
