/** Who gains and who loses by other policies: over people, acts and classes of recordings, within a number of questions. */
import { ACTS, type Act } from '../policy/access.ts';
import type { AccessContext, AccessedRecording, AccessedThing, Asked, Principal } from './asked.ts';
import { authorize } from './authorize.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import { concernsAct } from './policy-slices.ts';
import type { PolicySet } from './policy-set.ts';

/** A person with the name that is shown. */
export interface NamedPrincipal {
  readonly name: string;
  readonly principal: Principal;
}

/** Recordings that are the same to policies but for their time and who took part. */
export interface RecordingClass {
  readonly recordings: number;
  /** One of them. */
  readonly example: AccessedRecording;
}

/** What is compared. */
export interface AccessComparison {
  readonly before: PolicySet;
  readonly after: PolicySet;
  readonly people: readonly NamedPrincipal[];
  readonly classes: readonly RecordingClass[];
  readonly context: AccessContext;
  /** At most so many questions, each to both sets; people who are alike to policies are one. */
  readonly questions: number;
}

/** People who gain or lose one act, by one policy. */
export interface AccessChange {
  readonly change: 'gains' | 'loses';
  readonly act: Act;
  /** `tenant`: lists and settings; `own`: recordings in which the person took part. */
  readonly about: 'tenant' | 'recordings' | 'own';
  /** Rule of the new answer: by which policy it is allowed now, or refused. */
  readonly rule: string;
  /** By name, at most 50. */
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly peopleCount: number;
  /** Recordings of all the classes; null where it is not about those that are there. */
  readonly recordings: number | null;
  /** Classes in words, at most 10. */
  readonly classes: readonly string[];
}

/** The outcome. */
export interface AccessEffect {
  readonly changes: readonly AccessChange[];
  /** Acts that the policies that differ are about. */
  readonly acts: readonly Act[];
  readonly asked: number;
  /** Questions that were not asked any more; 0 where the outcome is complete. */
  readonly left: number;
}

type Group = [NamedPrincipal, ...NamedPrincipal[]];

interface Tally {
  readonly key: Pick<AccessChange, 'change' | 'act' | 'about' | 'rule'>;
  readonly people: Map<string, string>;
  readonly classes: Map<string, number>;
}

const MOST_NAMES = 50;
const MOST_CLASSES = 10;

/** Compares two sets. Only acts that policies which differ are about can change their answer, so only they are asked. */
export function compareAccess(comparison: AccessComparison): AccessEffect {
  const { before, after, people, classes, questions } = comparison;
  const differing = difference(before.policies, after.policies);
  const acts = ACTS.filter((act) => differing.some(({ json }) => concernsAct(json, act)));
  const own = differing.some(({ json }) => JSON.stringify(json).includes('"ownOf"'));
  const tallies = new Map<string, Tally>();
  const groups = alike(people, [...before.policies, ...after.policies]);
  const all = groups.length * acts.length * (1 + classes.length + (own && classes.length > 0 ? 1 : 0));
  let asked = 0;
  for (const group of groups)
    for (const act of acts)
      for (const [about, thing, of] of thingsFor(group[0].principal, classes, own)) {
        if (asked >= questions) return { changes: changesOf(tallies), acts, asked, left: all - asked };
        asked += 1;
        note(tallies, comparison, { group, act, about, thing, of });
      }
  return { changes: changesOf(tallies), acts, asked, left: 0 };
}

/** People who differ in nothing that policies speak of are asked about once; each by themselves where one names a person. */
function alike(people: readonly NamedPrincipal[], policies: readonly CompiledPolicy[]): Group[] {
  const named = policies.some(({ json }) => JSON.stringify(json).includes('"type":"User"'));
  const groups = new Map<string, Group>();
  for (const person of people) {
    const { principal } = person;
    const key = JSON.stringify(named ? principal : { ...principal, id: '' });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [person]);
    else group.push(person);
  }
  return [...groups.values()];
}

/** Policies that stand in one of the sets only, or differently. */
function difference(before: readonly CompiledPolicy[], after: readonly CompiledPolicy[]): CompiledPolicy[] {
  const text = (policy: CompiledPolicy): string =>
    JSON.stringify([policy.id, { ...policy.json, annotations: null }]);
  const [old, now] = [new Set(before.map(text)), new Set(after.map(text))];
  return [
    ...before.filter((policy) => !now.has(text(policy))),
    ...after.filter((policy) => !old.has(text(policy))),
  ];
}

type AskedThing = readonly [AccessChange['about'], AccessedThing, RecordingClass | undefined];

function* thingsFor(
  { id }: Principal,
  classes: readonly RecordingClass[],
  own: boolean,
): Iterable<AskedThing> {
  yield ['tenant', { type: 'tenant', id: 'tenant' }, undefined];
  for (const of of classes) yield ['recordings', of.example, of];
  const [first] = classes;
  if (own && first !== undefined) yield ['own', { ...first.example, ownOf: [id] }, undefined];
}

function note(
  tallies: Map<string, Tally>,
  { before, after, context }: AccessComparison,
  one: {
    readonly group: Group;
    readonly act: Act;
    readonly about: AccessChange['about'];
    readonly thing: AccessedThing;
    readonly of: RecordingClass | undefined;
  },
): void {
  const { group, act, about, thing, of } = one;
  const question: Asked = { principal: group[0].principal, act, thing, context };
  const [was, is] = [authorize(before, [], question), authorize(after, [], question)];
  if (was.allowed === is.allowed || (about === 'own' && changesAnyway(one, { before, after, context })))
    return;
  const key = { change: is.allowed ? ('gains' as const) : ('loses' as const), act, about, rule: is.rule };
  const id = JSON.stringify(key);
  const tally = tallies.get(id) ?? {
    key,
    people: new Map<string, string>(),
    classes: new Map<string, number>(),
  };
  tallies.set(id, tally);
  for (const { principal, name } of group) tally.people.set(principal.id, name);
  if (of !== undefined) tally.classes.set(classInWords(of.example), of.recordings);
}

/** Whether it changes for this recording also where the person took no part in it. */
function changesAnyway(
  { group, act, thing }: Pick<Parameters<typeof note>[2], 'group' | 'act' | 'thing'>,
  { before, after, context }: Pick<AccessComparison, 'before' | 'after' | 'context'>,
): boolean {
  if (thing.type === 'tenant') return false;
  const question = { principal: group[0].principal, act, thing: { ...thing, ownOf: [] }, context };
  return authorize(before, [], question).allowed !== authorize(after, [], question).allowed;
}

function changesOf(tallies: ReadonlyMap<string, Tally>): AccessChange[] {
  return [...tallies.values()].map(({ key, people, classes }) => ({
    ...key,
    people: [...people]
      .map(([id, name]) => ({ id, name }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, MOST_NAMES),
    peopleCount: people.size,
    recordings:
      key.about === 'recordings' ? [...classes.values()].reduce((sum, count) => sum + count, 0) : null,
    classes: [...classes.keys()].slice(0, MOST_CLASSES),
  }));
}

/** A class of recordings in words: what differs between classes and is not usual. */
export function classInWords(recording: AccessedRecording): string {
  const { department, classification, region, source, retentionClass, restricted, held } = recording;
  return [
    department === null ? 'no department' : `department ${department}`,
    ...(classification === null ? [] : [classification]),
    `region ${region}`,
    `source ${source}`,
    retentionClass,
    ...(restricted ? ['restricted'] : []),
    ...(held ? ['held'] : []),
  ].join(', ');
}
