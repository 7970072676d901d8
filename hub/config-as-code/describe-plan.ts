import type { FieldChange } from './field-changes.ts';
import type { ConfigurationPlan, PlannedAction, PlannedObject } from './plan-configuration.ts';

const SIGNS: Readonly<Record<PlannedAction, string>> = {
  add: '+',
  change: '~',
  adopt: '=',
  unchanged: ' ',
  remove: '-',
  leave: '!',
};
const MOST = 120;

/** A plan as people read it, one object after the other, each with the fields that differ; secrets are only named. */
export function describePlan(plan: ConfigurationPlan): string {
  const lines = plan.objects.flatMap(describeObject);
  const count = (action: PlannedAction): number => plan.objects.filter((one) => one.action === action).length;
  const drifted = plan.objects.filter(({ drift }) => drift.length > 0).length;
  const summary = [
    `${count('add')} to add`,
    `${count('change')} to change`,
    `${count('remove')} to remove`,
    `${count('unchanged')} unchanged`,
    ...(count('adopt') > 0 ? [`${count('adopt')} to be spoken for`] : []),
    ...(drifted > 0 ? [`${drifted} drifted`] : []),
  ];
  return [
    ...lines,
    `${plan.source}: ${summary.join(', ')}.`,
    ...(plan.unmanaged.length > 0
      ? [`No file speaks for ${plan.unmanaged.map(({ kind, name }) => `${kind} "${name}"`).join(', ')}.`]
      : []),
    '',
  ].join('\n');
}

function describeObject({ kind, name, action, state, changes, drift, takenFrom }: PlannedObject): string[] {
  if (action === 'unchanged') return [];
  const note =
    action === 'leave'
      ? ' is no longer in the file; --prune removes it'
      : takenFrom === undefined
        ? ''
        : ` was spoken for by "${takenFrom}"`;
  return [
    `${SIGNS[action]} ${kind} "${name}"${state === undefined ? '' : ` (${state})`}${note}`,
    ...(drift.length > 0
      ? ['    changed by another hand since it was applied:', ...drift.map((one) => `    ${line(one)}`)]
      : []),
    ...changes.map(line),
  ];
}

function line({ path, before, after, secret }: FieldChange): string {
  const field = path === '' ? '(all of it)' : path;
  if (secret === true) return `    ${field}: (secret) differs`;
  return `    ${field}: ${short(before)} → ${short(after)}`;
}

function short(value: string | undefined): string {
  if (value === undefined) return '(not there)';
  return value.length > MOST ? `${value.slice(0, MOST)}…` : value;
}
