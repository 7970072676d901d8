import {
  nextSigningKey,
  readSigningKeys,
  type SigningKey,
} from '../../../../recorder-core/records/signing-keys.ts';
import { rotateSigningKey } from '../../../anchoring/ledger-acts.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { ledgerKeyList, ledgerKeyRotation, ledgerReason } from '../../schemas/anchors.ts';

export const listSigningKeys = defineEndpoint({
  method: 'get',
  path: '/ledger/keys',
  summary: 'Every key that signs or signed the ledger, and the one that comes next.',
  act: 'ledger.read',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  response: ledgerKeyList,
  async handle({ tx, identity: { tenantId }, services: { ledgerKeys } }) {
    const known = await readSigningKeys(tx, tenantId, ledgerKeys);
    const { name, verifierKey } = await nextSigningKey(tx, tenantId, ledgerKeys);
    return { items: known.map(present), next: { name, verifierKey } };
  },
});

/** Tell the witnesses of the next key first: until they know it, nothing is published. */
export const rotateKey = defineEndpoint({
  method: 'post',
  path: '/ledger/keys/rotate',
  summary: 'Makes the next signing key current; the one before stays a trust root for what it signed.',
  act: 'ledger.manage',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  body: ledgerReason,
  response: ledgerKeyRotation,
  async handle({ body: { reason }, tx, identity: { tenantId, user }, services: { ledgerKeys }, now }) {
    const { before, after } = await rotateSigningKey(tx, ledgerKeys, { tenantId, person: user, reason, now });
    return { before: present(before), after: present(after) };
  },
});

function present({ name, verifierKey, from, until }: SigningKey): {
  name: string;
  verifierKey: string;
  from: string;
  until: string | null;
} {
  return { name, verifierKey, from: from.toISOString(), until: until?.toISOString() ?? null };
}
