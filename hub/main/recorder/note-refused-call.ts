import type { ConsentVerdict } from '../../../recorder-core/capture/consent-gate.ts';
import type { KnownBy } from '../../../recorder-core/capture/recorder.ts';
import { callIdDigest, identityDigest } from '../../../recorder-core/records/call-identity.ts';
import { listSources } from '../../../recorder-core/records/call-record-imports.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import { digestsOf } from '../../../recorder-core/records/reconcile-window.ts';
import { insertRefusedCall } from '../../../recorder-core/records/refused-calls.ts';
import { callRecordSecret } from '../call-record-secret.ts';
import type { Resources } from '../open-resources.ts';

/** A call that was not taken. */
export interface CallNotTaken {
  readonly recordingId: string;
  /** SIP status of the refusal. */
  readonly status: number;
  readonly known: KnownBy;
  /** Where consent forbade it. */
  readonly verdict: ConsentVerdict | undefined;
}

/**
 * Keeps by what a refused call can be recognised, digested, so that its call record is explained later; where consent
 * forbade it, a leaf as well. Never throws: a database that is away must not keep a recorder from answering.
 */
export async function noteRefusedCall(
  resources: Pick<Resources, 'config' | 'db' | 'log' | 'secrets'>,
  { recordingId, status, known, verdict }: CallNotTaken,
): Promise<void> {
  const { config, db, log } = resources;
  const { tenantId, node } = config;
  const now = new Date();
  try {
    const secret = await secretOf(resources);
    await db.forTenant(tenantId, async (tx) => {
      const addresses = known.identity?.participants ?? [];
      const habits = [{}, ...(await listSources(tx)).map(({ numbers }) => numbers)];
      await insertRefusedCall(tx, tenantId, {
        id: recordingId,
        node,
        at: now,
        status,
        reason: verdict === undefined ? 'not-taken' : 'consent',
        callIds: idsOf(tenantId, known),
        addresses:
          secret === undefined
            ? []
            : digestsOf(secret, tenantId, addresses, habits).map((one) => Buffer.from(one, 'hex')),
      });
      if (verdict === undefined) return;
      const { explanation } = verdict;
      await appendLeaf(tx, tenantId, {
        at: new Date(explanation.decidedAt),
        act: 'recording.refused',
        object: { type: 'recording', id: recordingId },
        outcome: 'refused',
        rules: explanation.rules.map(({ id }) => id),
        packDigest: explanation.packDigest,
        facts: {
          consent: explanation.outcome,
          ...(explanation.circumstances && {
            circumstances: explanation.circumstances.map(({ circumstance }) => circumstance),
          }),
          ...(explanation.alsoFor && { alsoFor: explanation.alsoFor }),
        },
      });
    });
  } catch (error) {
    log.error({ recordingId, error }, 'a refusal could not be entered in database and ledger');
  }
}

function idsOf(tenantId: string, { callId, identity }: KnownBy): Buffer[] {
  return [
    ...(callId === undefined ? [] : [callIdDigest(tenantId, 'sip-call-id', callId)]),
    ...[...(identity?.sessions ?? []), ...(identity?.calls ?? [])].map((text) =>
      identityDigest(tenantId, text),
    ),
  ];
}

/** A recorder can do without: then the call is recognised by its ids alone. */
async function secretOf({ secrets, log }: Pick<Resources, 'secrets' | 'log'>): Promise<Buffer | undefined> {
  try {
    return callRecordSecret(await secrets());
  } catch (error) {
    log.warn({ error }, 'a refused call is kept without the digests of its parties');
    return undefined;
  }
}
