import type {
  PersonStatus,
  RoleChangeEntry,
  RoleChangePreview,
  RoleOperation,
} from '../../../hub/api/schemas/person.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { codeInWords, counted } from '../format/words.ts';

const STATUSES: Readonly<Record<PersonStatus, { readonly label: string; readonly tone: Tone }>> = {
  active: { label: 'Active', tone: 'good' },
  suspended: { label: 'Suspended', tone: 'warn' },
  left: { label: 'Left', tone: 'neutral' },
};

/** A status in a word with its colour. */
export function statusInWords(status: PersonStatus): { readonly label: string; readonly tone: Tone } {
  return STATUSES[status];
}

/** A role in words; `none` is told as what it is. */
export function roleInWords(role: string): string {
  return role === 'none' ? 'No role' : codeInWords(role);
}

const OPERATIONS: Readonly<Record<RoleOperation, string>> = {
  hire: 'Hired',
  move: 'Moved',
  suspend: 'Suspended',
  resume: 'Taken back',
  leave: 'Left',
};

const STATES: Readonly<Record<Exclude<RoleChangeEntry['state'], 'applied'>, string>> = {
  waiting: 'waits for its date',
  unchanged: 'changed nothing',
  refused: 'refused',
  withdrawn: 'withdrawn',
};

/** What a change was, "Moved" or "Left, waits for its date". */
export function changeInWords({ operation, state }: Pick<RoleChangeEntry, 'operation' | 'state'>): string {
  return state === 'applied' ? OPERATIONS[operation] : `${OPERATIONS[operation]}: ${STATES[state]}`;
}

const RULES: Readonly<Record<string, string>> = {
  'role-change/mapped-role': 'The mapping of department and job gives the role.',
  'role-change/named-role': 'The role was named.',
  'role-change/kept-role': 'The place does not change, so the role stays.',
  'role-change/no-mapping': 'No row of the mapping fits this place, so there is no role: nothing is allowed.',
  'role-change/suspended': 'Kept out until they are taken back.',
  'role-change/resumed': 'Taken back with the role from before.',
  'role-change/left': 'Whoever has left has no role and may not sign in.',
  'role-change/old-news': 'Something newer was applied before, so this changes nothing.',
  'role-change/no-change': 'It is so already.',
  'role-change/has-left': 'This person has left. Hire them again first.',
  'role-change/last-administrator':
    'This is the last active administrator. Make somebody else administrator first.',
  'role-change/withdrawn': 'It was taken back before its date.',
  'role-change/unknown-person': 'There is nobody of this id.',
};

/** Why a change came to what it did. */
export function ruleInWords(rule: string): string {
  return RULES[rule] ?? `Decided by the rule ${rule}.`;
}

/** What ends with a change, one line each; nothing where nothing is open. */
export function endsInWords(ends: RoleChangePreview['ends']): string[] {
  if (ends === null) return [];
  const { sessions, signInLinks, delegations, exportLinks, grants, serviceTokens, approvals } = ends;
  return [
    [sessions, counted(sessions, 'session', 'sessions')],
    [signInLinks, counted(signInLinks, 'unused sign-in link', 'unused sign-in links')],
    [delegations, counted(delegations, 'lent right', 'lent rights')],
    [exportLinks, counted(exportLinks, 'download link', 'download links')],
    [grants, counted(grants, 'right that ends on time', 'rights that end on time')],
    [serviceTokens, counted(serviceTokens, 'token of a machine', 'tokens of machines')],
    [approvals, counted(approvals, 'open question to a second person', 'open questions to a second person')],
  ]
    .filter(([count]) => count !== 0)
    .map(([, words]) => String(words));
}
