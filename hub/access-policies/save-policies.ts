import { createHash } from 'node:crypto';
import { accessExamples, type AccessExample } from '../../recorder-core/authorization/access-example.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  insertAccessPolicy,
  readAccessPolicy,
  type AccessPolicyRow,
} from '../../recorder-core/records/access-policies.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { Asking } from '../identity/asking.ts';
import { notePolicies } from './note-policies.ts';

/** A text with its examples, and why. */
export interface PolicyDraft {
  readonly text: string;
  readonly examples: readonly AccessExample[];
  readonly note: string;
}

/** A stored version with its examples read. */
export type StoredPolicies = Omit<AccessPolicyRow, 'examples'> & {
  readonly examples: readonly AccessExample[];
};

/** Keeps a text as the next version. It may have faults: nothing is decided by a draft. Answers the number. */
export async function savePolicies(tx: Tx, asking: Asking, draft: PolicyDraft): Promise<number> {
  return keep(tx, asking, draft, null);
}

/** Keeps the text of an older version as the next one. @throws HoldfastError `not_found`. */
export async function repeatPolicies(tx: Tx, asking: Asking, version: number, note: string): Promise<number> {
  const { text, examples } = await requirePolicies(tx, version);
  return keep(tx, asking, { text, examples, note }, version);
}

/** A version with its examples. @throws HoldfastError `not_found`; `integrity_failed` where its examples are none. */
export async function requirePolicies(tx: Tx, version: number): Promise<StoredPolicies> {
  const row = await readAccessPolicy(tx, version);
  if (row === undefined)
    throw new HoldfastError('not_found', `There is no version ${version} of the access policies.`);
  const examples = accessExamples.safeParse(row.examples);
  if (examples.success) return { ...row, examples: examples.data };
  throw new HoldfastError(
    'integrity_failed',
    `The examples of version ${version} of the access policies cannot be read. Restore the table access_policy from a backup.`,
  );
}

async function keep(tx: Tx, asking: Asking, draft: PolicyDraft, repeats: number | null): Promise<number> {
  const { text, examples, note } = draft;
  const digest = createHash('sha256')
    .update(JSON.stringify([text, examples]))
    .digest('hex');
  const version = await insertAccessPolicy(tx, asking.tenantId, {
    digest,
    text,
    examples,
    note,
    repeats,
    madeBy: asking.person.id,
    madeAt: asking.now.toISOString(),
  });
  await notePolicies(
    tx,
    asking,
    {
      act: 'access_policy.saved',
      version,
      outcome: 'done',
      digests: { policySha256: digest },
      ...(repeats !== null && { facts: { repeats } }),
    },
    { reason: note },
  );
  return version;
}
