import type {
  PersonStatus,
  RoleChangeEntry,
  RoleChangePreview,
  RoleOperation,
} from '../../../hub/api/schemas/person.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { codeInWords } from '../format/words.ts';
import { plural, t } from '../i18n/t.ts';

const STATUSES: Readonly<Record<PersonStatus, { readonly label: string; readonly tone: Tone }>> = {
  active: { label: t('Active'), tone: 'good' },
  suspended: { label: t('Suspended'), tone: 'warn' },
  left: { label: t('Left'), tone: 'neutral' },
};

/** A status in a word with its colour. */
export function statusInWords(status: PersonStatus): { readonly label: string; readonly tone: Tone } {
  return STATUSES[status];
}

const ROLES: Readonly<Record<string, string>> = {
  none: t('No role'),
  administrator: t('Administrator'),
  compliance_officer: t('Compliance officer'),
  engineer: t('Engineer'),
  auditor: t('Auditor'),
  supervisor: t('Supervisor'),
};

/** A role in words; `none` is told as what it is. */
export function roleInWords(role: string): string {
  return ROLES[role] ?? codeInWords(role);
}

const OPERATIONS: Readonly<Record<RoleOperation, string>> = {
  hire: t('Hired'),
  move: t('Moved'),
  suspend: t('Suspended'),
  resume: t('Taken back'),
  leave: t('Left'),
};

const STATES: Readonly<Record<Exclude<RoleChangeEntry['state'], 'applied'>, string>> = {
  waiting: t('waits for its date'),
  unchanged: t('changed nothing'),
  refused: t('refused'),
  withdrawn: t('withdrawn'),
};

/** What a change was, "Moved" or "Left, waits for its date". */
export function changeInWords({ operation, state }: Pick<RoleChangeEntry, 'operation' | 'state'>): string {
  return state === 'applied' ? OPERATIONS[operation] : `${OPERATIONS[operation]}: ${STATES[state]}`;
}

const RULES: Readonly<Record<string, string>> = {
  'role-change/mapped-role': t('The mapping of department and job gives the role.'),
  'role-change/named-role': t('The role was named.'),
  'role-change/kept-role': t('The place does not change, so the role stays.'),
  'role-change/no-mapping': t(
    'No row of the mapping fits this place, so there is no role: nothing is allowed.',
  ),
  'role-change/suspended': t('Kept out until they are taken back.'),
  'role-change/resumed': t('Taken back with the role from before.'),
  'role-change/left': t('Whoever has left has no role and may not sign in.'),
  'role-change/old-news': t('Something newer was applied before, so this changes nothing.'),
  'role-change/no-change': t('It is so already.'),
  'role-change/has-left': t('This person has left. Hire them again first.'),
  'role-change/last-administrator': t(
    'This is the last active administrator. Make somebody else administrator first.',
  ),
  'role-change/withdrawn': t('It was taken back before its date.'),
  'role-change/unknown-person': t('There is nobody of this id.'),
};

/** Why a change came to what it did. */
export function ruleInWords(rule: string): string {
  return RULES[rule] ?? t('Decided by the rule {{rule}}.', { rule });
}

/** What ends with a change, one line each; nothing where nothing is open. */
export function endsInWords(ends: RoleChangePreview['ends']): string[] {
  if (ends === null) return [];
  const { sessions, signInLinks, delegations, exportLinks, grants, serviceTokens, approvals } = ends;
  return [
    [sessions, plural(sessions, { one: '{{count}} session', other: '{{count}} sessions' })],
    [
      signInLinks,
      plural(signInLinks, {
        one: '{{count}} unused sign-in link',
        other: '{{count}} unused sign-in links',
      }),
    ],
    [delegations, plural(delegations, { one: '{{count}} lent right', other: '{{count}} lent rights' })],
    [exportLinks, plural(exportLinks, { one: '{{count}} download link', other: '{{count}} download links' })],
    [
      grants,
      plural(grants, {
        one: '{{count}} right that ends on time',
        other: '{{count}} rights that end on time',
      }),
    ],
    [
      serviceTokens,
      plural(serviceTokens, {
        one: '{{count}} token of a machine',
        other: '{{count}} tokens of machines',
      }),
    ],
    [
      approvals,
      plural(approvals, {
        one: '{{count}} open question to a second person',
        other: '{{count}} open questions to a second person',
      }),
    ],
  ]
    .filter(([count]) => count !== 0)
    .map(([, words]) => String(words));
}
