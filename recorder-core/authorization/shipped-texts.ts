/** The policies that every tenant has: roles from the table of `policy/access.ts`, walls, restriction, residency, step-up. */
import { heldActs, ROLES, type Act, type HeldAct, type Role } from '../policy/access.ts';
import { STATED_PURPOSES } from '../policy/restriction.ts';
import { STEP_UP_ACTS, STEP_UP_SECONDS } from '../policy/step-up.ts';

/** Classifications that only those named may see, by a group of the same name. */
export const WALLED = ['hr', 'legal', 'interception'] as const;

/** So many recordings heard within five minutes are bulk playback. */
const BULK_PLAYS = 20;

/** All shipped policies as text, one each, in the order in which they are named where several decide. */
export function shippedTexts(): string[] {
  const roles = ROLES.flatMap((role) => heldActs(role).map((held) => roleText(role, held)));
  return [
    ...roles,
    ...wallTexts(),
    ...restrictionTexts(),
    residencyText(),
    ...STEP_UP_ACTS.map(stepUpText),
    bulkText(),
  ];
}

function roleText(role: Role, { act, scope }: HeldAct): string {
  const words = role.replaceAll('_', ' ');
  const own =
    'resource is Recording && resource has department && principal has department && resource.department == principal.department';
  // Whoever sees some of the recordings may ask for the list; each of its items is decided by itself.
  const held = act === 'recording.list' ? `resource is Tenant || (${own})` : own;
  const [ending, when] =
    scope === 'tenant' ? ['', ''] : [' for recordings of your own department', `\nwhen { ${held} }`];
  return `@id("access/${role}/${act}")
@says("The role ${words} has ${act}${ending}.")
permit(principal in Role::"${role}", action == Action::"${act}", resource)${when};`;
}

function wallTexts(): string[] {
  return WALLED.map(
    (name) => `@id("wall/${name}")
@says("Recordings classified ${name} are for the people named for them only, whatever their role.")
@ask("Ask whoever names people for ${name}: the group ${name} of your directory opens this wall.")
forbid(principal, action, resource is Recording)
when { resource has classification && resource.classification == "${name}" }
unless { principal in Group::"${name}" };`,
  );
}

const USES = '[Action::"recording.play", Action::"recording.export"]';
const OFFICER = 'Role::"compliance_officer"';

/** Who may use what is restricted, as in `policy/restriction.ts`; which purposes its grounds leave open is decided there. */
function restrictionTexts(): string[] {
  const stated = STATED_PURPOSES.map((purpose) => `"${purpose}"`).join(', ');
  return [
    `@id("restriction/role")
@says("This recording is restricted: it is kept and not used.")
@ask("Ask a compliance officer, who may use it for a stated purpose.")
forbid(principal, action in ${USES}, resource is Recording)
when { resource.restricted && !(principal in ${OFFICER}) };`,
    `@id("restriction/no-purpose")
@says("This recording is restricted, and no purpose was stated.")
@ask("State what you need it for: ${STATED_PURPOSES.join(', ')}.")
forbid(principal in ${OFFICER}, action in ${USES}, resource is Recording)
when { resource.restricted && !(context has purpose) };`,
    `@id("restriction/other-purpose")
@says("This recording is restricted and may not be used for this purpose.")
@ask("Purposes that can be left open: ${STATED_PURPOSES.join(', ')}.")
forbid(principal in ${OFFICER}, action in ${USES}, resource is Recording)
when { resource.restricted && context has purpose && ![${stated}].contains(context.purpose) };`,
  ];
}

function residencyText(): string {
  return `@id("residency/transfer")
@says("The recording is kept in another region than you ask from: using it there is a transfer and needs a ground.")
@ask("State the ground of the transfer as purpose transfer/<ground>, or ask for access from within its region.")
forbid(principal, action in ${USES}, resource is Recording)
when { context has region && context.region != resource.region }
unless { context has purpose && context.purpose like "transfer/*" && context.purpose != "transfer/" };`;
}

const FRESH = `context has stepUpAgeMs && context.stepUpAgeMs <= ${STEP_UP_SECONDS * 1_000}`;
const PROVE = `@ask("Prove that it is you, with your authenticator, and do it again.")
@stepUp("${STEP_UP_SECONDS}")`;

function stepUpText(act: Act): string {
  return `@id("step-up/${act}")
@says("${act} needs a proof of presence no older than ${STEP_UP_SECONDS / 60} minutes.")
${PROVE}
forbid(principal, action == Action::"${act}", resource)
unless { context.means == "machine" || (${FRESH}) };`;
}

function bulkText(): string {
  return `@id("step-up/bulk-playback")
@says("More than ${BULK_PLAYS} recordings within five minutes need a proof of presence no older than ${STEP_UP_SECONDS / 60} minutes.")
${PROVE}
forbid(principal, action == Action::"recording.play", resource)
when { context has recentPlays && context.recentPlays >= ${BULK_PLAYS} }
unless { context.means == "machine" || (${FRESH}) };`;
}
