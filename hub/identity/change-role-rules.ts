import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { listProvidedPeople } from '../../recorder-core/records/provider-subjects.ts';
import { replaceRoleRules } from '../../recorder-core/records/role-rules.ts';
import type { Asking } from './asking.ts';
import { compileRoleRules, roleOf, type RoleRule } from './role-rules.ts';

/**
 * Puts other rules in the place of the tenant's; people get their role by them at their next sign-in, or when their
 * directory tells of them again.
 * @throws HoldfastError `invalid_input` for a condition that cannot be used, `conflict` for a version that is not the current.
 */
export async function changeRoleRules(
  tx: Tx,
  { tenantId, person, now }: Asking,
  change: { readonly version: number; readonly rules: readonly RoleRule[] },
): Promise<void> {
  compileRoleRules(change.rules);
  const wrote = await replaceRoleRules(tx, tenantId, {
    from: change.version,
    rules: change.rules,
    by: person.id,
    at: now,
  });
  if (!wrote)
    throw new HoldfastError('conflict', 'Somebody changed the rules meanwhile. Look at them again.', {
      field: '/body/version',
    });
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'mapping.changed',
      object: { type: 'role-rules', id: tenantId },
      outcome: 'done',
      facts: {
        version: change.version + 1,
        rules: change.rules.map(({ id, role }) => `${id} ${role}`),
      },
    },
    actedBy(person),
  );
}

/** Whose role rules would change, and to what; `role` null where they would lose their sign-in. */
export interface RoleRuleEffect {
  readonly id: string;
  readonly name: string;
  readonly before: string;
  readonly role: string | null;
  readonly rule: string | null;
}

/**
 * What rules would come to for everybody who came by an identity provider, at most 5,000 people. What a provider said
 * besides groups, place and mail is not kept, so a rule that asks for other attributes does not fit here.
 */
export async function previewRoleRules(tx: Tx, rules: readonly RoleRule[]): Promise<RoleRuleEffect[]> {
  const compiled = compileRoleRules(rules);
  const people = await listProvidedPeople(tx);
  return people.flatMap(({ id, name, role: before, ...about }) => {
    const { role, rule } = roleOf(compiled, { ...about, attributes: {} });
    return role === before ? [] : [{ id, name, before, role, rule }];
  });
}
