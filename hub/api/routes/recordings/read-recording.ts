import type { Tx } from '../../../../recorder-core/records/database.ts';
import { allowedRecordings } from '../../../access/allowed-recordings.ts';
import type { Caller } from '../../../access/caller.ts';
import { keepAllowed } from '../../../../recorder-core/records/keep-allowed.ts';
import { decideRecording } from '../../../../recorder-core/records/decide-recording.ts';
import { readCertificate } from '../../../../recorder-core/records/disposals.ts';
import { listHolds } from '../../../../recorder-core/records/holds.ts';
import { readKekIds } from '../../../../recorder-core/records/keys.ts';
import { tagsOnRecordings } from '../../../../recorder-core/records/matters.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import { readParts, type Part } from '../../../../recorder-core/records/parts.ts';
import { readAlertsOf } from '../../../../recorder-core/records/recorder-alerts.ts';
import { readRelations } from '../../../../recorder-core/records/relations.ts';
import { readReceipts } from '../../../../recorder-core/records/receipts.ts';
import type { RulePacks } from '../../../../recorder-core/records/rule-packs.ts';
import type { Explanation } from '../../../../recorder-core/records/explanation.ts';
import type { Recording } from '../../../../recorder-core/records/recordings.ts';
import { recordingWorkflowId } from '../../../../workflows/ids.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recordingDetail } from '../../schemas/recording.ts';
import { presentHolds } from '../holds/present-hold.ts';
import {
  presentExplanation,
  presentRestriction,
  presentSummary,
  presentWarning,
} from './present-recording.ts';
import { recordingParams, requireRecording } from './recording-params.ts';

export const readRecording = defineEndpoint({
  method: 'get',
  path: '/recordings/:id',
  summary: 'Everything about one recording but its audio and its custody.',
  act: 'recording.read',
  params: recordingParams,
  accesses: ({ id }) => ({ type: 'recording', id }),
  response: recordingDetail,
  async handle({ params, tx, identity, services, now }) {
    const recording = await requireRecording(tx, params.id);
    const [parties, parts, keks, holds, receipts, certificate, alerts] = [
      await readParties(tx, [recording.id]),
      await readParts(tx, recording.id),
      await readKekIds(tx, recording.id),
      await listHolds(tx, { recordingId: recording.id }),
      await readReceipts(tx, { type: 'recording', id: recording.id }),
      await readCertificate(tx, recording.id),
      await readAlertsOf(tx, recording.id),
    ];
    return {
      ...presentSummary(recording, parties, identity.user.role),
      region: recording.region,
      callId: recording.callId,
      consent: presentExplanation(recording.consent),
      retention: presentExplanation(await explainRetention(tx, recording, services.packs, now)),
      restriction: presentRestriction(recording),
      warnings: recording.warnings.map(presentWarning),
      quality: recording.quality.map((stream) => ({ ...stream })),
      alerts,
      related: await relatedFor(tx, recording.id, identity, now),
      parts: parts.map((part) => presentPart(part, keks.get(part.id))),
      holds: await presentHolds(tx, identity, now, holds),
      tags: (await tagsOnRecordings(tx, [recording.id])).get(recording.id) ?? [],
      receipts: receipts.map(({ connectionId: _id, remoteVersion: _version, ...one }) => one),
      workflowId: recordingWorkflowId({ tenantId: identity.tenantId, recordingId: recording.id }),
      certificate:
        certificate === undefined
          ? null
          : {
              disposedAt: certificate.disposedAt,
              ledgerIndex: certificate.ledgerIndex,
              rules: certificate.rules.map((rule) => ({ ...rule })),
            },
    };
  },
});

/** "Why is this kept?" is answered as of now, holds included; once the keys are gone the last decision stands. */
async function explainRetention(
  tx: Tx,
  recording: Recording,
  packs: RulePacks,
  now: Date,
): Promise<Explanation> {
  const over = recording.state === 'disposing' || recording.state === 'disposed';
  if (over && recording.retention !== null) return recording.retention;
  return (await decideRecording(tx, recording, now, await packs.current(tx))).explanation;
}

function presentPart(part: Part, keyId: string | undefined) {
  const { id, kind, label, store, bytes, destroyedAt, replaces } = part;
  return {
    id,
    kind,
    label,
    store,
    bytes,
    sha256: part.sha256.toString('hex'),
    sha512: part.sha512.toString('hex'),
    ciphertextSha256: part.ciphertextSha256.toString('hex'),
    keyId: keyId ?? null,
    destroyedAt,
    replaces,
  };
}

/** The recordings that belong to one, as far as the caller may see them. */
async function relatedFor(tx: Tx, id: string, caller: Caller, now: Date) {
  const relations = await readRelations(tx, id);
  const visible = await keepAllowed(
    tx,
    relations.map(({ recordingId }) => recordingId),
    await allowedRecordings(tx, caller, now),
  );
  return relations
    .filter(({ recordingId }) => visible.includes(recordingId))
    .map(({ recordingId, kind }) => ({ recordingId, relation: kind }));
}
