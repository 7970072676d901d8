import type { Role } from '../../../recorder-core/policy/access.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { readRoleRules } from '../../../recorder-core/records/role-rules.ts';
import type { ScimUserRow } from '../../../recorder-core/records/scim-users.ts';
import { compileRoleRules, roleOf, roleRuleList, type CompiledRoleRules } from '../../identity/role-rules.ts';
import { isList, isRecord, textAt, type Document } from '../documents/document.ts';
import { ENTERPRISE_URN } from '../schemas/user-schema.ts';
import { emailsOf } from './user-document.ts';

/** The role that the tenant's rules give somebody; undefined where none fits, and the mapping of places decides. */
export type RuleRole = Role | undefined;

/** The tenant's rules, ready to be asked; an empty list where there are none. */
export async function openRoleRules(tx: Tx): Promise<CompiledRoleRules> {
  const { rules } = await readRoleRules(tx);
  return compileRoleRules(roleRuleList.parse(rules));
}

/**
 * What the rules say of a user by their groups: those of the directory, and those that identity providers put them in. A rule
 * that cannot be evaluated gives nobody a role.
 */
export function ruleRole(
  rules: CompiledRoleRules,
  document: Document,
  { groups, otherGroups }: Pick<ScimUserRow, 'groups' | 'otherGroups'>,
): RuleRole {
  if (rules.length === 0) return undefined;
  const answer = roleOf(rules, {
    groups: [...new Set([...groups.map(({ name }) => name), ...otherGroups])],
    department: textAt(document, ENTERPRISE_URN, 'department') ?? null,
    job: textAt(document, 'title') ?? null,
    email: emailsOf(document)[0] ?? null,
    source: 'scim',
    attributes: attributesOf(document),
  });
  return answer.role ?? undefined;
}

/** Texts of the document by name; of a list the values. */
function attributesOf(document: Document): Record<string, readonly string[]> {
  const inside = document[ENTERPRISE_URN];
  const all = { ...document, ...(isRecord(inside) ? inside : {}) };
  const texts: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(all)) {
    const values = isList(value) ? value.map((one) => (isRecord(one) ? one['value'] : one)) : [value];
    const found = values.filter((one) => typeof one === 'string');
    if (found.length > 0) texts[name] = found;
  }
  return texts;
}
