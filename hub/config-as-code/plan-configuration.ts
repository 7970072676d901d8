import { createHash } from 'node:crypto';
import type { ConfiguredKind, ConfiguredObject } from '../../recorder-core/records/configuration-files.ts';
import type { connectionObjects } from './connection-objects.ts';
import {
  ONLY_ONE,
  type ConfiguredObjects,
  type CurrentObject,
  type FaultAt,
  type WantedObject,
} from './configured-objects.ts';
import { changesBetween, type FieldChange } from './field-changes.ts';
import { FileFaults, type FileFault } from './file-faults.ts';
import type { ReadFile } from './read-file.ts';
import type { levelObjects } from './level-objects.ts';
import type { webhookObjects } from './webhook-objects.ts';

/**
 * What is to become of one object. `adopt` changes nothing of it: the file speaks for it from now on. `leave` is one that
 * the file no longer names and that stays, because nobody asked to have such ones removed.
 */
export type PlannedAction = 'add' | 'change' | 'adopt' | 'unchanged' | 'remove' | 'leave';

/** One object of a plan. Safe to show: secrets are only named. */
export interface PlannedObject {
  readonly kind: ConfiguredKind;
  readonly name: string;
  readonly action: PlannedAction;
  /** Where it stands, and will stand afterwards unless it is removed; left out for what is to be added. */
  readonly state?: string;
  /** What applying would change. */
  readonly changes: readonly FieldChange[];
  /** What another hand changed since a file was last applied to it. */
  readonly drift: readonly FieldChange[];
  /** Another file that speaks for it until now. */
  readonly takenFrom?: string;
}

/** What applying a file would do. Safe to show. */
export interface ConfigurationPlan {
  readonly source: string;
  readonly digest: string;
  readonly objects: readonly PlannedObject[];
  /** Objects that no file speaks for; they are never touched. */
  readonly unmanaged: readonly { readonly kind: ConfiguredKind; readonly name: string }[];
}

/** One object of a plan with what acts on it; may hold secrets, and is never shown. */
export interface PlannedWork {
  readonly planned: PlannedObject;
  readonly current: CurrentObject | undefined;
  readonly wanted: WantedObject | undefined;
}

/** The kinds of objects, for one plan. */
export interface AllObjects {
  readonly connections: ReturnType<typeof connectionObjects>;
  readonly webhooks: ReturnType<typeof webhookObjects>;
  readonly levels: ReturnType<typeof levelObjects>;
}

/** What a plan is held against. */
export interface PlanAgainst {
  readonly objects: AllObjects;
  /** What files were applied to. */
  readonly managed: readonly ConfiguredObject[];
  /** Whether objects that the file no longer names are to be removed. */
  readonly prune: boolean;
}

/** Names a plan: what was shown and what is carried out are the same where this is. SHA-256, 64 hex digits. */
export function planDigest(plan: ConfigurationPlan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}

/** Whether applying would do anything, or another hand changed something. */
export function differs({ objects }: ConfigurationPlan): boolean {
  return objects.some(({ action, drift }) => action !== 'unchanged' || drift.length > 0);
}

/**
 * Holds a file against what there is. Changes nothing.
 * @throws FileFaults with every fault that can be told without asking a remote system.
 */
export async function planConfiguration(
  file: ReadFile,
  against: PlanAgainst,
): Promise<{ readonly plan: ConfigurationPlan; readonly work: readonly PlannedWork[] }> {
  const { connections, webhooks, levels } = against.objects;
  const { content } = file;
  // Levels come last: they name connections, which the same file may change.
  const parts = [
    await planPart(file, against, connections, listed('connections', content.connections)),
    await planPart(file, against, webhooks, listed('webhooks', content.webhooks)),
    await planPart(file, against, levels, onlyOne('incidentLevels', content.incidentLevels)),
  ];
  const faults = parts.flatMap((part) => part.faults);
  if (faults.length > 0) throw new FileFaults(file.source, faults);
  const work = parts.flatMap((part) => part.work);
  return {
    plan: {
      source: file.content.name,
      digest: file.digest,
      objects: work.map(({ planned }) => planned),
      unmanaged: parts.flatMap((part) => part.unmanaged),
    },
    work,
  };
}

/** A wish, and where the file has it. */
interface Placed<Wish> {
  readonly wish: Wish;
  readonly path: readonly (string | number)[];
}

function listed<Wish>(list: string, wishes: readonly Wish[]): Placed<Wish>[] {
  return wishes.map((wish, index) => ({ wish, path: [list, index] }));
}

function onlyOne<Said>(part: string, said: Said | undefined): Placed<{ name: string; said: Said }>[] {
  return said === undefined ? [] : [{ wish: { name: ONLY_ONE, said }, path: [part] }];
}

interface Part {
  readonly work: readonly PlannedWork[];
  readonly faults: readonly FileFault[];
  readonly unmanaged: ConfigurationPlan['unmanaged'];
}

async function planPart<Wish extends { readonly name: string }, Current extends CurrentObject>(
  file: ReadFile,
  against: PlanAgainst,
  objects: ConfiguredObjects<Wish, Current>,
  wishes: readonly Placed<Wish>[],
): Promise<Part> {
  const { kind } = objects;
  const current = await objects.current();
  const managed = new Map(
    against.managed.filter((one) => one.kind === kind).map((one) => [one.objectId, one]),
  );
  const faults: FileFault[] = [];
  const work: PlannedWork[] = [];
  for (const { wish, path: place } of wishes) {
    const there = current.find(({ name }) => name === wish.name);
    const fault: FaultAt = (path, message) => file.fault([...place, ...path], message);
    const wanted = await objects.want(wish, there, fault, current);
    if ('faults' in wanted) faults.push(...wanted.faults);
    else {
      const planned = plannedFor(kind, wish.name, file.content.name, there, wanted, managed);
      work.push({ planned, current: there, wanted });
    }
  }
  const others = current.filter(({ name }) => !wishes.some(({ wish }) => wish.name === name));
  return {
    faults,
    work: [
      ...work,
      ...others.flatMap((one) => leftOut(kind, one, managed.get(one.id), file.content.name, against.prune)),
    ],
    unmanaged: others.filter(({ id }) => !managed.has(id)).map(({ name }) => ({ kind, name })),
  };
}

function plannedFor(
  kind: ConfiguredKind,
  name: string,
  source: string,
  there: CurrentObject | undefined,
  { changes }: WantedObject,
  managed: ReadonlyMap<string, ConfiguredObject>,
): PlannedObject {
  if (there === undefined) return { kind, name, action: 'add', changes, drift: [] };
  const mine = managed.get(there.id);
  const drift = driftOf(mine, there);
  const ours = mine?.source === source;
  const action = changes.length > 0 ? 'change' : ours && drift.length === 0 ? 'unchanged' : 'adopt';
  return {
    kind,
    name,
    action,
    state: there.state,
    changes,
    drift,
    ...(mine !== undefined && !ours && { takenFrom: mine.source }),
  };
}

/** What this file spoke for and no longer names; what others speak for, or none, is no business of it. */
function leftOut(
  kind: ConfiguredKind,
  current: CurrentObject,
  mine: ConfiguredObject | undefined,
  source: string,
  prune: boolean,
): PlannedWork[] {
  if (mine?.source !== source) return [];
  const action = prune ? 'remove' : 'leave';
  const { name, state } = current;
  const planned = { kind, name, action, state, changes: [], drift: driftOf(mine, current) } as const;
  return [{ planned, current, wanted: undefined }];
}

/**
 * What another hand changed since a file left the object. The same version is the same hand: what differs then is how the
 * connector of today writes it. Pure.
 */
export function driftOf(mine: ConfiguredObject | undefined, current: CurrentObject): readonly FieldChange[] {
  if (mine === undefined || (mine.version !== null && mine.version === current.version)) return [];
  return changesBetween(mine.content, current.content);
}
