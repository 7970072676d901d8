import type {
  ActionConstraint,
  EntityUidJson,
  PolicyJson,
  PrincipalConstraint,
  ResourceConstraint,
} from '@cedar-policy/cedar-wasm/nodejs';
import { conjuncts, textOf } from './explain-access.ts';

/** What a policy consists of, so that it can be said in the words of whoever reads it. */
export interface PolicyOutline {
  readonly effect: 'permit' | 'forbid';
  readonly who: {
    readonly kind: 'everybody' | 'role' | 'group' | 'one';
    /** Of the role or group, or an id; empty for everybody. */
    readonly name: string;
  };
  /** None: every act. */
  readonly acts: readonly string[];
  readonly on: 'everything' | 'recordings' | 'settings' | 'one';
  readonly conditions: readonly { readonly kind: 'when' | 'unless'; readonly text: string }[];
}

/** The outline of a policy: its head by kind and name, its conditions one by one in Cedar's language. */
export function outlineOf({ effect, principal, action, resource, conditions }: PolicyJson): PolicyOutline {
  return {
    effect,
    who: whoOf(principal),
    acts: actsOf(action),
    on: thingOf(resource),
    // What must not hold is one whole: its parts taken alone would say something else.
    conditions: conditions.flatMap(({ kind, body }) =>
      (kind === 'when' ? conjuncts(body) : [body]).map((part) => ({ kind, text: textOf(part) })),
    ),
  };
}

function whoOf(head: PrincipalConstraint): PolicyOutline['who'] {
  if (!('entity' in head)) return { kind: 'everybody', name: '' };
  const { type, id } = uidOf(head.entity);
  if (type === 'Role') return { kind: 'role', name: id };
  return type === 'Group' ? { kind: 'group', name: id } : { kind: 'one', name: id };
}

function actsOf(head: ActionConstraint): string[] {
  if ('entity' in head) return [uidOf(head.entity).id];
  return 'entities' in head ? head.entities.map((entity) => uidOf(entity).id) : [];
}

function thingOf(head: ResourceConstraint): PolicyOutline['on'] {
  const type = head.op === 'is' ? head.entity_type : 'entity' in head ? uidOf(head.entity).type : undefined;
  if (type === undefined) return 'everything';
  if (head.op !== 'is' && type === 'Recording') return 'one';
  return type === 'Recording' ? 'recordings' : 'settings';
}

function uidOf(entity: EntityUidJson): { readonly type: string; readonly id: string } {
  return '__entity' in entity ? entity.__entity : entity;
}
