import { z } from 'zod';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { compileExpression, type Expression } from '../../recorder-core/expressions/compile-expression.ts';
import { isExpressionFault } from '../../recorder-core/expressions/expression-fault.ts';
import type { ExpressionType } from '../../recorder-core/expressions/expression-type.ts';
import { ROLES } from '../../recorder-core/policy/access.ts';

/** One rule: whoever it fits gets the role. */
export const roleRule = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'it must be small letters, digits and hyphens, at most 60')
    .describe('Names the rule in the ledger.'),
  when: z.string().min(1).max(4096).describe('Condition in CEL over groups, department, job, email, …'),
  role: z.enum(ROLES),
});
export type RoleRule = z.output<typeof roleRule>;

/** The whole list of a tenant; the order decides. */
export const roleRuleList = z
  .array(roleRule)
  .max(200)
  .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'two rules have the same id');

/** What a provider or a directory says of a person. */
export interface RoleAttributes {
  readonly groups: readonly string[];
  readonly department: string | null;
  readonly job: string | null;
  readonly email: string | null;
  /** Name of the identity provider, or `scim`. */
  readonly source: string;
  /** Everything that was received, by its name there. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** The role and the rule that gave it; `fault` where a rule could not be evaluated, and then nobody gets a role by it. */
export type RoleAnswer =
  | { readonly role: RoleRule['role']; readonly rule: string }
  | { readonly role: null; readonly rule: null }
  | { readonly role: null; readonly rule: string; readonly fault: string };

const VARIABLES: Readonly<Record<keyof RoleAttributes, ExpressionType>> = {
  groups: { list: 'text' },
  department: { nullable: 'text' },
  job: { nullable: 'text' },
  email: { nullable: 'text' },
  source: 'text',
  attributes: { map: { list: 'text' } },
};

/** Rules that are ready to be asked any number of times. */
export type CompiledRoleRules = readonly { readonly rule: RoleRule; readonly when: Expression }[];

/** Compiles the conditions. @throws HoldfastError `invalid_input` that points at the rule whose condition is at fault. */
export function compileRoleRules(rules: readonly RoleRule[], field = '/body/rules'): CompiledRoleRules {
  return rules.map((rule, at) => {
    try {
      return { rule, when: compileExpression(rule.when, { variables: VARIABLES, result: 'boolean' }) };
    } catch (error) {
      if (!isExpressionFault(error)) throw error;
      throw new HoldfastError('invalid_input', `Rule ${rule.id}: ${error.message}`, {
        field: `${field}/${at}/when`,
      });
    }
  });
}

/**
 * The role of the first rule that fits. A rule that asks for an attribute which was not received does not fit. One that
 * cannot be evaluated for another reason ends the search without a role, because a later rule may give more than it.
 */
export function roleOf(rules: CompiledRoleRules, about: RoleAttributes): RoleAnswer {
  for (const { rule, when } of rules) {
    const result = when.evaluate({ ...about });
    if (result.ok && result.value === true) return { role: rule.role, rule: rule.id };
    if (!result.ok && result.fault.kind !== 'absent')
      return { role: null, rule: rule.id, fault: result.fault.message };
  }
  return { role: null, rule: null };
}
