import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { Act } from '../../recorder-core/ledger/acts.ts';
import { readCosignatures } from '../../recorder-core/ledger/cosignature.ts';
import { consistencyProof } from '../../recorder-core/ledger/proofs.ts';
import { addSignatureLines, parseNote } from '../../recorder-core/ledger/signed-note.ts';
import {
  hasLeafOf,
  insertCosignature,
  insertTimeStamp,
  publishCheckpoint,
  readAnchored,
  readCosignedSize,
  readLastStamp,
  readSignedSize,
  type AnchoredCheckpoint,
} from '../../recorder-core/records/anchors.ts';
import { checkpointNow, type SignedCheckpoint } from '../../recorder-core/records/checkpoints.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import {
  clearLedgerAlarms,
  raiseLedgerAlarm,
  type AlarmKind,
} from '../../recorder-core/records/ledger-alarms.ts';
import { nodeReader } from '../../recorder-core/records/ledger-log.ts';
import { openIncident } from '../../recorder-core/records/open-incident.ts';
import type { LedgerKeys } from '../../recorder-core/records/signing-keys.ts';
import type { Logger } from '../observability/logger.ts';
import type { AnchorConfig, WitnessTarget } from './anchor-config.ts';
import { askTimeStamp, type ObtainedTimeStamp } from './ask-time-stamp.ts';
import { askWitness, type WitnessAnswer } from './ask-witness.ts';

/** What anchoring works with. */
export interface AnchorParts {
  readonly db: Database;
  readonly keys: LedgerKeys;
  readonly config: AnchorConfig;
  readonly log: Logger;
  readonly now: () => Date;
  readonly newId: (at: Date) => string;
  /** Told of every witness and authority that was asked, by its address. */
  readonly onAsked: (what: 'witness' | 'authority', url: string, fault: string | undefined) => void;
  readonly onAlarm: (kind: AlarmKind) => void;
}

/** What one turn does besides asking for cosignatures. */
export interface AnchorTurn {
  /** Get time stamps now, or only when the last is older than five minutes or something urgent happened since. */
  readonly stamp: 'now' | 'when due';
  /** Whether a witness or authority may be asked; for back-off. */
  readonly mayAsk?: (url: string) => boolean;
  /** Ask witnesses of what they cosigned already as well: an older copy of the database says that they have. */
  readonly askAll: boolean;
  readonly signal?: AbortSignal;
}

/** What must not wait for its time stamp: that a hold stood, what left the house, what was destroyed. */
const URGENT: readonly Act[] = [
  'hold.placed',
  'hold.released',
  'export.sealed',
  'keys.destroyed',
  'disposal.certified',
];
/** Time stamps come at least this often while the log grows. */
export const STAMP_EVERY_MS = 300_000;
/** More than this between our clock and another's is no matter of latency. */
const CLOCK_TOLERANCE_MS = 300_000;

/**
 * Signs the log as it stands, asks every witness for its cosignature, publishes the checkpoint once the quorum is
 * there, and gets time stamps for a published one. A witness that is down costs nothing but its cosignature; one that
 * saw another history raises an alarm, after which nothing is signed. Safe to run on several nodes at once.
 * @returns the checkpoint as it now stands, or undefined for a log without leaves.
 * @throws integrity_failed when the log does not extend what was signed, or an alarm stands.
 */
export async function anchorLog(
  parts: AnchorParts,
  tenantId: string,
  turn: AnchorTurn,
): Promise<AnchoredCheckpoint | undefined> {
  const { db, config, now } = parts;
  const signed = await db.forTenant(tenantId, (tx) => checkpointNow(tx, tenantId, parts.keys, now()));
  if (signed.size === 0) return undefined;
  const before = await db.forTenant(tenantId, (tx) => readAnchored(tx, signed.size));
  const present = addSignatureLines(signed.note, before?.cosignatures ?? []);
  const waiting = config.witnesses.filter(
    ({ key, url }) => (turn.askAll || readCosignatures(present, [key]).length === 0) && mayAsk(turn, url),
  );
  const doubts = await Promise.all(waiting.map((witness) => cosign(parts, tenantId, signed, witness, turn)));
  if (doubts.includes(true)) throw doubted();
  const published = await db.forTenant(tenantId, (tx) =>
    publishCheckpoint(tx, signed.size, {
      witnesses: config.witnesses.map(({ key }) => key.text),
      quorum: config.quorum,
      at: now(),
    }),
  );
  if (published) await stamp(parts, tenantId, signed, turn);
  return db.forTenant(tenantId, (tx) => readAnchored(tx, signed.size));
}

function mayAsk({ mayAsk: may }: AnchorTurn, url: string): boolean {
  return may === undefined || may(url);
}

/**
 * One witness: asked from where it stands, and again from where it says it stands.
 * @returns whether it doubts the log, or is to be doubted itself.
 */
async function cosign(
  parts: AnchorParts,
  tenantId: string,
  signed: SignedCheckpoint,
  witness: WitnessTarget,
  { signal }: AnchorTurn,
): Promise<boolean> {
  const { name } = witness.key;
  const cosigned = await parts.db.forTenant(tenantId, (tx) => readCosignedSize(tx, witness.key.text));
  let oldSize = Math.min(cosigned, signed.size);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const answer = await ask(parts, tenantId, signed, witness, oldSize, signal);
    if (answer?.kind === 'cosigned') {
      const { line, at } = answer.cosignature;
      await parts.db.forTenant(tenantId, (tx) =>
        insertCosignature(tx, tenantId, signed.size, {
          witness: witness.key.text,
          line,
          at,
          signedBy: signed.verifierKey,
        }),
      );
      await compareClock(parts, tenantId, name, signed.size, at);
    }
    if (answer?.kind === 'history-differs')
      return alarm(parts, tenantId, 'history-differs', name, signed.size);
    if (answer?.kind !== 'other-size') return false;
    if (answer.size < cosigned) return alarm(parts, tenantId, 'witness-forgot', name, signed.size);
    if (answer.size > signed.size) {
      // Another node may have signed more meanwhile; what nobody here signed was signed by a log that is gone.
      const known = await parts.db.forTenant(tenantId, readSignedSize);
      return answer.size > known && alarm(parts, tenantId, 'log-shrank', name, signed.size);
    }
    oldSize = answer.size;
  }
  return false;
}

function doubted(): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'A witness contradicts the ledger, so nothing of it is shown to outsiders or signed any more. Keep the database for an investigation; docs/witness.md says what each alarm means.',
  );
}

async function ask(
  parts: AnchorParts,
  tenantId: string,
  { size, note }: SignedCheckpoint,
  { key, url }: WitnessTarget,
  oldSize: number,
  signal: AbortSignal | undefined,
): Promise<WitnessAnswer | undefined> {
  const proof = await parts.db.forTenant(tenantId, (tx) => consistencyProof(oldSize, size, nodeReader(tx)));
  try {
    const answer = await askWitness({ key, url }, { oldSize, size, proof, checkpoint: note }, signal);
    parts.onAsked('witness', url, answer.kind === 'unhelpful' ? answer.reason : undefined);
    if (answer.kind === 'unhelpful')
      parts.log.warn({ witness: key.name, reason: answer.reason }, 'a witness did not cosign');
    return answer;
  } catch (error) {
    parts.onAsked('witness', url, 'it does not answer');
    parts.log.warn({ witness: key.name, error }, 'a witness does not answer; it is asked again');
    return undefined;
  }
}

/** Time stamps of every authority, where they are due. */
async function stamp(
  parts: AnchorParts,
  tenantId: string,
  signed: SignedCheckpoint,
  turn: AnchorTurn,
): Promise<void> {
  const { config, db, now } = parts;
  const urls = config.timeStampUrls.filter((url) => mayAsk(turn, url));
  if (urls.length === 0) return;
  const last = await db.forTenant(tenantId, readLastStamp);
  if (last?.size === signed.size) return;
  const isDue =
    turn.stamp === 'now' ||
    last === undefined ||
    now().getTime() - last.at.getTime() >= STAMP_EVERY_MS ||
    (await db.forTenant(tenantId, (tx) => hasLeafOf(tx, URGENT, last.size, signed.size)));
  if (!isDue) return;
  await Promise.all(urls.map((url) => stampBy(parts, tenantId, signed, url, turn)));
}

async function stampBy(
  parts: AnchorParts,
  tenantId: string,
  signed: SignedCheckpoint,
  url: string,
  { signal }: AnchorTurn,
): Promise<void> {
  let stamped: ObtainedTimeStamp;
  try {
    stamped = await askTimeStamp(
      url,
      Buffer.from(parseNote(signed.note).text),
      parts.config.authorities,
      signal,
    );
    parts.onAsked('authority', url, undefined);
  } catch (error) {
    parts.onAsked('authority', url, isHoldfastError(error) ? error.message : 'it does not answer');
    parts.log.warn(
      { authority: url, error },
      'an authority gave no time stamp that holds; it is asked again',
    );
    return;
  }
  const { authority, response, at } = stamped;
  await parts.db.forTenant(tenantId, (tx) =>
    insertTimeStamp(tx, tenantId, signed.size, { authority, response, at, signedBy: signed.verifierKey }),
  );
  await compareClock(parts, tenantId, url, signed.size, at);
}

/** A clock that was set back would let later leaves pass for earlier ones, so both directions are told. */
async function compareClock(
  parts: AnchorParts,
  tenantId: string,
  source: string,
  size: number,
  theirs: Date,
): Promise<void> {
  const offMs = Math.abs(parts.now().getTime() - theirs.getTime());
  if (offMs > CLOCK_TOLERANCE_MS) await alarm(parts, tenantId, 'clock-differs', source, size);
  else
    await parts.db.forTenant(tenantId, (tx) =>
      clearLedgerAlarms(tx, parts.now(), { kind: 'clock-differs', source }),
    );
}

const SENTENCES: Readonly<Record<AlarmKind, string>> = {
  'history-differs':
    'What it cosigned before is not the beginning of this log. One of the two histories was forged.',
  'log-shrank': 'It cosigned a longer log than there is: this database was rolled back.',
  'witness-forgot': 'It does not know what it cosigned before: its state was lost or rolled back.',
  'clock-differs': 'Its clock and the clock of this installation differ by more than five minutes.',
};

/**
 * Raises an alarm. The log line does not depend on the database, which may be in the hands of whoever changed the log.
 * @returns true.
 */
async function alarm(
  parts: AnchorParts,
  tenantId: string,
  kind: AlarmKind,
  source: string,
  size: number,
): Promise<true> {
  const raisedAt = parts.now();
  const detail = SENTENCES[kind];
  parts.log.error({ tenantId, kind, source, size }, `ledger alarm: ${detail}`);
  parts.onAlarm(kind);
  await parts.db.forTenant(tenantId, async (tx) => {
    const alarmId = parts.newId(raisedAt);
    if (!(await raiseLedgerAlarm(tx, tenantId, { id: alarmId, kind, source, size, detail, raisedAt })))
      return;
    await openIncident(tx, {
      tenantId,
      key: `ledger-alarm/${kind}/${source}`,
      kind: 'ledger',
      severity: kind === 'clock-differs' ? 'medium' : 'critical',
      title: detail,
      detector: 'ledger-alarm',
      detectedAt: raisedAt,
      facts: { alarm: alarmId, size },
      now: raisedAt,
      newId: parts.newId,
    });
  });
  return true;
}
