/** Access policies in lines for a terminal. */
import type { AccessChange } from '../../recorder-core/authorization/compare-access.ts';
import type { PolicyFault } from '../../recorder-core/authorization/parse-policies.ts';
import type { AccessPolicyVersion } from '../../recorder-core/records/access-policies.ts';
import type { TextCheck } from '../access-policies/check-text.ts';
import type { WhyAnswer } from '../access-policies/explain-decision.ts';
import type { MeasuredEffect } from '../access-policies/measure-effect.ts';

/** One version in a line. */
export function describeVersion({
  version,
  state,
  madeBy,
  madeAt,
  repeats,
  note,
}: AccessPolicyVersion): string {
  const again = repeats === null ? '' : ` (again ${repeats})`;
  return `${String(version).padStart(4)}  ${state.padEnd(10)}  ${madeAt}  ${madeBy}${again}  ${note}\n`;
}

/** What a check found: faults and warnings by line, then each example. */
export function describeCheck({ faults, warnings, policies, examples }: TextCheck): string {
  const lines = [
    ...faults.map((fault) => `✗ ${describeFault(fault)}`),
    ...warnings.map((fault) => `! ${describeFault(fault)}`),
    ...(faults.length === 0 ? [`✓ ${policies.length} policies`] : []),
    ...examples.map(({ name, passed, difference }) => (passed ? `✓ ${name}` : `✗ ${name}: ${difference}`)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function describeFault({ line, policy, message }: PolicyFault): string {
  return [line === null ? '' : `line ${line}: `, policy === null ? '' : `${policy}: `, message].join('');
}

/** Who gains and who loses. */
export function describeEffect(effect: MeasuredEffect): string {
  const { changes, against, people, recordings, left } = effect;
  const lines = [
    `Against ${against === 0 ? 'the shipped policies' : `version ${against}`}, over ${people.compared} people and ${recordings.compared} recordings in ${recordings.classes} classes:`,
    ...(changes.length === 0 ? ['Nobody gains, nobody loses.'] : changes.flatMap(describeChange)),
    ...(left === 0 ? [] : [`${left} further questions were not asked: this is not complete.`]),
    ...(people.compared === people.all ? [] : [`${people.all - people.compared} people were left out.`]),
    ...(recordings.complete ? [] : ['Older recordings, or rarer classes of them, were left out.']),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function describeChange(change: AccessChange): string[] {
  const { people, peopleCount, act, about, recordings, classes, rule } = change;
  const sign = change.change === 'gains' ? '+' : '-';
  const who = people.slice(0, 5).map(({ name }) => name);
  const others = peopleCount - who.length;
  const what = {
    tenant: 'lists and settings',
    recordings: `${recordings} recordings`,
    own: 'own recordings',
  }[about];
  return [
    `${sign} ${act}, ${what}: ${who.join(', ')}${others > 0 ? ` and ${others} more` : ''} (${rule})`,
    ...classes.slice(0, 3).map((each) => `    ${each}`),
  ];
}

/** Why somebody may, or may not. */
export function describeAnswer({ decision, person, version, nearMisses, further, ask }: WhyAnswer): string {
  const lines = [
    `${decision.allowed ? '✓ allowed' : '✗ refused'} for ${person.name} (${person.role}), by ${decision.rule}${version === 0 ? '' : `, with version ${version} of our own policies`}`,
    ...decision.policies.map(({ id, says }) => `  ${id}: ${says}`),
    ...(nearMisses.length === 0 ? [] : ['What would allow it:']),
    ...nearMisses.flatMap(({ id, parts }) => [
      `  ${id}`,
      ...parts.map(({ text, holds }) => `    ${holds ? '✓' : '✗'} ${text}`),
    ]),
    ...(further === 0 ? [] : [`  and ${further} further off`]),
    ...ask,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
