/** Random policies of random expressions. */
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { ROLES } from '../../../policy/access.ts';
import { policyOf, type CompiledPolicy } from '../../compiled-policy.ts';
import { typed } from './random-expressions.ts';
import { oneOf, RECORDINGS, TEXTS, USERS } from './random-leaves.ts';

const plainUid = (type: string, id: string) => ({ entity: { type, id } });
const principals = fc.oneof(
  fc.constant({ op: 'All' }),
  oneOf(USERS).map((id) => ({ op: '==', ...plainUid('User', id) })),
  oneOf(ROLES).map((id) => ({ op: 'in', ...plainUid('Role', id) })),
  oneOf(TEXTS).map((id) => ({ op: 'is', entity_type: 'User', in: plainUid('Group', id) })),
);
const actions = fc.oneof(
  fc.constant({ op: 'All' }),
  oneOf(['recording.list', 'recording.play']).map((id) => ({ op: '==', ...plainUid('Action', id) })),
  fc.constant({ op: 'in', entities: [{ type: 'Action', id: 'recording.list' }] }),
);
const resources = fc.oneof(
  fc.constant({ op: 'All' }),
  fc.constantFrom({ op: 'is', entity_type: 'Recording' }, { op: 'is', entity_type: 'Tenant' }),
  oneOf(RECORDINGS).map((id) => ({ op: '==', ...plainUid('Recording', id) })),
);

/** A policy; the id is its own in each set. */
export function randomPolicy(
  id: string,
  effects: readonly ('permit' | 'forbid')[],
): fc.Arbitrary<CompiledPolicy> {
  return fc
    .record({
      effect: fc.constantFrom(...effects),
      principal: principals,
      action: actions,
      resource: resources,
      conditions: fc.array(
        fc.record({ kind: fc.constantFrom('when' as const, 'unless' as const), body: typed.bool }),
        { maxLength: 2 },
      ),
    })
    .map((json) => policyOf({ ...json, annotations: { id } } as unknown as PolicyJson));
}

/** A set of policies with some grants. */
export const randomSet = fc
  .tuple(
    fc.array(randomPolicy('own/a', ['permit', 'forbid']), { maxLength: 3 }),
    fc.array(randomPolicy('grant/a', ['permit']), { maxLength: 2 }),
  )
  .map(([own, grants]) => ({
    own: own.map((policy, at) => renamed(policy, `own/${at}`)),
    grants: grants.map((policy, at) => renamed(policy, `grant/${at}`)),
  }));

function renamed(policy: CompiledPolicy, id: string): CompiledPolicy {
  return policyOf({ ...policy.json, annotations: { id } });
}
