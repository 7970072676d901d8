import { z } from 'zod';
import type { ChangeKind } from '../../../recorder-core/policy/consent-change.ts';
import { plainAddress } from '../../../recorder-core/records/call-identity.ts';
import { askConsentChange } from '../../../recorder-core/records/consent-changes.ts';
import { defineEventType, type EventType } from '../event-type.ts';

const text = (most: number) => z.string().trim().min(1).max(most);
const instant = z.iso.datetime({ offset: true });

const data = z
  .strictObject({
    address: text(256).optional(),
    addressFrom: instant.optional(),
    addressTo: instant.optional(),
    recordingId: z.uuid().toLowerCase().optional(),
    partyOrdinals: z.array(z.int().min(0)).min(1).max(100).optional(),
    purpose: text(100).optional(),
    saidAt: instant.optional().describe('When it was said; when the event happened, where it is left out.'),
    effect: z.enum(['restrict', 'erase']).default('restrict'),
    reason: text(500).optional(),
  })
  .refine(({ address, recordingId }) => (address === undefined) !== (recordingId === undefined), {
    message: 'Give either the address of the party or one recording.',
    path: ['address'],
  });

/**
 * What a consent manager or a CRM tells of a party. In any order: what was said later counts, whenever it is heard of. Our id
 * of the event is the change's, so that processing it again asks once.
 */
export const CONSENT_EVENTS: readonly EventType[] = [
  typeOf('consent.given', 'assented'),
  typeOf('consent.refused', 'refused'),
  typeOf('consent.withdrawn', 'withdrawn'),
];

function typeOf(type: string, kind: ChangeKind): EventType {
  return defineEventType({
    type,
    schema: data,
    objectOf: ({ address, recordingId }) =>
      address === undefined ? (recordingId ?? '') : (plainAddress(address) ?? address),
    async handle({ tx, tenantId, now, newId }, { id, data: said, occurredAt, connection }) {
      const saidAt = said.saidAt === undefined ? occurredAt : new Date(said.saidAt);
      await askConsentChange(
        tx,
        {
          id,
          kind,
          effect: said.effect,
          purpose: said.purpose ?? null,
          recordingId: said.recordingId ?? null,
          partyOrdinals: said.partyOrdinals ?? null,
          address: said.address,
          addressFrom: said.addressFrom,
          addressTo: said.addressTo,
          saidAt: new Date(Math.min(saidAt.getTime(), now.getTime())).toISOString(),
          source: 'event',
          reason: said.reason ?? `Told by ${connection}.`,
        },
        { tenantId, now, newId },
      );
    },
  });
}
