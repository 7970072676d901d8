import type { KeyObject } from 'node:crypto';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { append, leafHash, rootFrom, type Frontier } from '../../recorder-core/ledger/merkle.ts';
import { checkpointNow, readCustody } from '../../recorder-core/records/checkpoints.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import { readKekIds } from '../../recorder-core/records/keys.ts';
import { readHead, readLeafBodies } from '../../recorder-core/records/ledger-log.ts';
import { isAsCaptured, type PartAccess } from '../../recorder-core/records/open-part.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { listRecordings, readRecording, type Recording } from '../../recorder-core/records/recordings.ts';

/** One finding of a verification. */
export interface Finding {
  readonly ok: boolean;
  /** What was checked: `ledger`, or the id of a recording. */
  readonly about: string;
  readonly statement: string;
}

const PAGE = 500;

/** Re-derives the log's root from its leaves and compares it with the head and with what was signed before. */
export async function verifyLedger(
  access: PartAccess,
  tenantId: string,
  key: KeyObject,
  now: Date,
): Promise<Finding> {
  const finding = (ok: boolean, statement: string): Finding => ({ ok, about: 'ledger', statement });
  try {
    return await access.db.forTenant(tenantId, async (tx) => {
      const head = await readHead(tx);
      let size = 0;
      let frontier: Frontier = [];
      while (size < head.size) {
        const bodies = await readLeafBodies(tx, size, size + PAGE);
        if (bodies.length === 0)
          return finding(false, `The log has ${head.size} leaves by its head, and leaf ${size} is missing.`);
        for (const body of bodies) {
          parseLeaf(body);
          frontier = append(size, frontier, leafHash(body)).frontier;
          size += 1;
        }
      }
      if (!rootFrom(size, frontier).equals(head.root))
        return finding(false, 'The leaves do not give the root of the log: a leaf was changed.');
      await checkpointNow(tx, tenantId, key, now);
      return finding(
        true,
        `${size} leaves give the signed root, and the log extends every checkpoint that this database keeps.`,
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
  key: KeyObject,
  now: Date,
  only?: string,
): AsyncGenerator<Finding> {
  if (only !== undefined) {
    const recording = await access.db.forTenant(tenantId, (tx) => readRecording(tx, only));
    yield recording === undefined
      ? { ok: false, about: only, statement: 'There is no such recording in this tenant.' }
      : await verifyOne(access, tenantId, key, now, recording);
    return;
  }
  let before: Recording | undefined;
  for (;;) {
    const page: Recording[] = await access.db.forTenant(tenantId, (tx) =>
      listRecordings(tx, { limit: 100, ...(before === undefined ? {} : { before }) }),
    );
    for (const recording of page) yield await verifyOne(access, tenantId, key, now, recording);
    before = page.at(-1);
    if (before === undefined) return;
  }
}

async function verifyOne(
  access: PartAccess,
  tenantId: string,
  key: KeyObject,
  now: Date,
  recording: Recording,
): Promise<Finding> {
  const finding = (ok: boolean, statement: string): Finding => ({ ok, about: recording.id, statement });
  try {
    const { parts, custody, keys, certificate } = await access.db.forTenant(tenantId, async (tx) => ({
      parts: await readParts(tx, recording.id),
      custody: await readCustody(tx, recording.id, await checkpointNow(tx, tenantId, key, now)),
      keys: await readKekIds(tx, recording.id),
      certificate: await readCertificate(tx, recording.id),
    }));
    if (!custody.every(({ proven }) => proven)) return finding(false, 'A leaf about it is not in the log.');
    const sealed = custody.find(({ act }) => act === 'recording.sealed' || act === 'recording.recovered');
    if (sealed === undefined) return finding(false, 'The ledger has no leaf of its sealing.');
    const differing = parts.find((part) => part.kind !== 'waveform' && !leafNames(sealed.body, part));
    if (differing !== undefined)
      return finding(false, `The digests of part ${differing.id} are not those of its sealing.`);
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

function leafNames(body: Buffer, part: Part): boolean {
  const named = parseLeaf(body).facts?.['parts'];
  if (!Array.isArray(named)) return false;
  return named.some(
    (entry) =>
      typeof entry === 'object' &&
      entry !== null &&
      'id' in entry &&
      entry['id'] === part.id &&
      entry['sha256'] === part.sha256.toString('hex') &&
      entry['ciphertextSha256'] === part.ciphertextSha256.toString('hex'),
  );
}

function sentenceOf(error: unknown): string {
  if (isHoldfastError(error)) return error.message;
  throw error;
}
