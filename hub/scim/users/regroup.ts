import type { Tx } from '../../../recorder-core/records/database.ts';
import { readScimUser, refreshGroups, type ScimUserRow } from '../../../recorder-core/records/scim-users.ts';
import type { ScimAsking } from '../scim-asking.ts';
import { placePerson } from './place-person.ts';
import { openRoleRules, ruleRole } from './rule-role.ts';
import { editableUser } from './user-document.ts';

/**
 * What becomes of people whose groups are about to change. Looks at them now; what it answers is called after the change, gives
 * them the names of their groups, and the role that the rules give by these.
 */
export async function regrouping(
  tx: Tx,
  asking: ScimAsking,
  userIds: readonly string[],
): Promise<() => Promise<void>> {
  const rules = await openRoleRules(tx);
  const before = rules.length === 0 ? [] : await readAll(tx, userIds);
  return async () => {
    if (userIds.length > 0) await refreshGroups(tx, userIds, asking.now);
    for (const was of before) {
      const is = await readScimUser(tx, was.id);
      if (is === undefined) continue;
      const document = editableUser(is);
      const roles = {
        before: ruleRole(rules, document, was),
        after: ruleRole(rules, document, is),
      };
      if (roles.before === roles.after && (roles.after ?? is.person.role) === is.person.role) continue;
      const { name, department, job, managerId, status } = is.person;
      const place = { name, department, job, managerId, active: status === 'active' };
      await placePerson(tx, asking, { id: was.id }, place, roles);
    }
  };
}

async function readAll(tx: Tx, userIds: readonly string[]): Promise<ScimUserRow[]> {
  const rows: ScimUserRow[] = [];
  for (const id of userIds) {
    const row = await readScimUser(tx, id);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}
