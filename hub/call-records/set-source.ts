import { createHash } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { canonicalBytes, type JsonValue } from '../../recorder-core/ledger/canonical-json.ts';
import { putSource } from '../../recorder-core/records/call-record-imports.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy, type LeafPerson } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { parseMapping } from './mapping.ts';

/** Sets how the export of a telephone system is read; in the ledger by digest. @throws HoldfastError `invalid_input`. */
export async function setSource(
  tx: Tx,
  { tenantId, person, now }: { readonly tenantId: string; readonly person: LeafPerson; readonly now: Date },
  name: string,
  value: unknown,
): Promise<void> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    throw new HoldfastError(
      'invalid_input',
      'The name of a source has small letters, digits and dashes only.',
      {
        field: 'name',
      },
    );
  const mapping = parseMapping(value);
  const { numbers, keepDays } = mapping;
  await putSource(tx, tenantId, { name, mapping, numbers, keepDays, changedAt: now.toISOString() });
  const digest = createHash('sha256')
    .update(canonicalBytes(JSON.parse(JSON.stringify(mapping)) as JsonValue))
    .digest('hex');
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'configuration.changed',
      object: { type: 'call-record-source', id: name },
      outcome: 'done',
      digests: { mappingSha256: digest },
    },
    actedBy(person),
  );
}
