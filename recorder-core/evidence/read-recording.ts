import { HoldfastError } from '../errors.ts';
import { channelsOf, type Channel } from '../records/channels.ts';
import { listEvidence, type ConsentEvidence } from '../records/consent-evidence.ts';
import { listCuts, type RecordingCut } from '../records/cuts.ts';
import { readCertificate, type Certificate } from '../records/disposals.ts';
import type { Tx } from '../records/database.ts';
import { listHolds, type Hold } from '../records/holds.ts';
import { listPartDisposals, type PartDisposal } from '../records/part-disposals.ts';
import { readParties, type Party } from '../records/parties.ts';
import { readParts, type Part } from '../records/parts.ts';
import { readAlertsOf, type RecorderAlert } from '../records/recorder-alerts.ts';
import { readReceipts, type StoredReceipt } from '../records/receipts.ts';
import { readRelations, type RelatedRecording } from '../records/relations.ts';
import { readRecording, type Recording } from '../records/recordings.ts';
import type { BundleCheckpoint } from './bundle-order.ts';
import { readLeavesOf, type EvidentLeaf } from './recording-leaves.ts';

/** One recording with all that the database knows of it, read in one transaction. */
export interface ExportedRecording {
  readonly recording: Recording;
  readonly parties: readonly Party[];
  readonly parts: readonly Part[];
  /** Of all media parts; a line of which nothing is left is silent. */
  readonly channels: readonly Channel[];
  readonly holds: readonly Hold[];
  readonly receipts: readonly StoredReceipt[];
  readonly alerts: readonly RecorderAlert[];
  readonly related: readonly RelatedRecording[];
  readonly certificate: Certificate | undefined;
  /** Orders by which single parts were destroyed, or were to be. */
  readonly partDisposals: readonly PartDisposal[];
  /** Spans that were cut out, or are to be. */
  readonly cuts: readonly RecordingCut[];
  /** What was said and given about consent. */
  readonly consentEvidence: readonly ConsentEvidence[];
  readonly leaves: readonly EvidentLeaf[];
  /** Of a copy of some lines alone: the parts that are not in it. Left out, it is of the whole. */
  readonly withheld?: ReadonlySet<string>;
}

/** @throws HoldfastError `not_found`; `integrity_failed` as `readLeavesOf`. */
export async function readExported(tx: Tx, id: string, head: BundleCheckpoint): Promise<ExportedRecording> {
  const recording = await readRecording(tx, id);
  if (recording === undefined)
    throw new HoldfastError(
      'not_found',
      'A recording of the export is not in your tenant, so no bundle was made.',
    );
  const parties = await readParties(tx, [id]);
  const parts = await readParts(tx, id);
  return {
    recording,
    parties,
    parts,
    channels: channelsOf(parts, parties),
    partDisposals: await listPartDisposals(tx, { recordingId: id }),
    cuts: await listCuts(tx, id),
    holds: await listHolds(tx, { recordingId: id }),
    receipts: await readReceipts(tx, { type: 'recording', id }),
    alerts: await readAlertsOf(tx, id),
    related: await readRelations(tx, id),
    certificate: await readCertificate(tx, id),
    consentEvidence: await listEvidence(tx, id),
    leaves: await readLeavesOf(tx, { type: 'recording', id }, head),
  };
}
