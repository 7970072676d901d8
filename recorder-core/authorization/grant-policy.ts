/**
 * A grant as a policy of Cedar: one `permit` that says by itself to whom, for which acts and recordings, for what purpose, and
 * from when until when. It ends with its last millisecond although nothing runs then. Pure.
 */
import type { Expr, Var } from '@cedar-policy/cedar-wasm/nodejs';
import type { GrantableAct, GrantKind } from '../policy/grant-state.ts';
import { policyOf, type GrantPolicy } from './compiled-policy.ts';

/** To whom a grant is given: a person by id, or whoever is in a group while it lasts. */
export type GrantReceiver = { readonly user: string } | { readonly group: string };

/**
 * Which recordings a grant is about. Named ones stand in its policy. What a query, a matter or an export reaches is decided by
 * `grant_reaches` of migrations/0050, because it looks at parties and holds: whoever asks about one recording puts the ids of the
 * asking person's grants that reach it into the recording's `grants` (`listReachingGrants`), and a list compiles
 * `resource.grants.contains("<id>")` to that function. So a query means the same in both.
 */
export type GrantScope =
  | { readonly kind: 'recordings'; readonly ids: readonly string[] }
  | { readonly kind: 'query' | 'matter' | 'export' }
  | { readonly kind: 'all' };

/** What a row says of a grant that is given. Instants in milliseconds since 1970. */
export interface GrantTerms {
  readonly id: string;
  readonly kind: GrantKind;
  readonly to: GrantReceiver;
  readonly acts: readonly GrantableAct[];
  /** A word such as `complaint`; what the use of content has to state. */
  readonly purpose: string;
  readonly scope: GrantScope;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A grant that `authorize` takes beside the policies of the tenant, and when it ends. */
export interface LiveGrant extends GrantPolicy {
  readonly kind: GrantKind;
  /** From then on it allows nothing. */
  readonly untilMs: number;
}

/** Acts that take the content of a recording: they state the purpose. The others must not state another one. */
const USES: ReadonlySet<GrantableAct> = new Set<GrantableAct>(['recording.play', 'recording.export']);

/** Makes the policy of a grant, as parsed form: no value of the terms is ever read as Cedar. */
export function grantPolicy(terms: GrantTerms): LiveGrant {
  const { id, kind, to, acts, fromMs, untilMs } = terms;
  const conditions = [
    ...('group' in to ? [contains(attribute('principal', 'groups'), value(to.group))] : []),
    { '>=': { left: attribute('context', 'now'), right: instant(fromMs) } },
    { '<': { left: attribute('context', 'now'), right: instant(untilMs) } },
    ...(kind === 'break-glass' ? [] : [statesPurpose(terms)]), // its ticket says what for
    reaches(terms),
  ];
  const policy = policyOf({
    effect: 'permit',
    principal:
      'user' in to ? { op: '==', entity: { type: 'User', id: to.user } } : { op: 'is', entity_type: 'User' },
    action: { op: 'in', entities: acts.map((act) => ({ type: 'Action', id: act })) },
    resource: { op: 'All' },
    conditions: [{ kind: 'when', body: all(conditions) }],
    annotations: { id: `grant/${id}`, says: sentenceOf(terms) },
  });
  return { ...policy, kind, untilMs };
}

function statesPurpose({ purpose, acts }: GrantTerms): Expr {
  const has: Expr = { has: { left: { Var: 'context' }, attr: 'purpose' } };
  const isIt: Expr = { '==': { left: attribute('context', 'purpose'), right: value(purpose) } };
  const stated = all([has, isIt]);
  const looks = acts.filter((act) => !USES.has(act));
  if (looks.length === 0) return stated;
  return either([stated, all([either(looks.map(isAct)), { '!': { arg: has } }])]);
}

/** A list is no recording: whoever may list some recordings may ask for the list, and sees those. */
function reaches(terms: GrantTerms): Expr {
  const recording = all([isOf('Recording'), reachesRecording(terms)]);
  if (!terms.acts.includes('recording.list')) return recording;
  return either([all([isOf('Tenant'), isAct('recording.list')]), recording]);
}

function reachesRecording({ id, scope }: GrantTerms): Expr {
  switch (scope.kind) {
    case 'all':
      return { Value: true };
    case 'recordings':
      return contains(
        { Set: scope.ids.map((one) => ({ Value: { __entity: { type: 'Recording', id: one } } })) },
        { Var: 'resource' },
      );
    default:
      return all([
        { has: { left: { Var: 'resource' }, attr: 'grants' } },
        contains(attribute('resource', 'grants'), value(id)),
      ]);
  }
}

function sentenceOf({ kind, purpose, untilMs }: GrantTerms): string {
  const until = new Date(untilMs).toISOString();
  return kind === 'break-glass'
    ? `An emergency right allows it until ${until}; what it is used for is reviewed.`
    : `A grant for the purpose ${purpose} allows it until ${until}.`;
}

function all(parts: readonly Expr[]): Expr {
  return parts.reduce((left, right) => ({ '&&': { left, right } }));
}

function either(parts: readonly Expr[]): Expr {
  return parts.reduce((left, right) => ({ '||': { left, right } }));
}

function contains(left: Expr, right: Expr): Expr {
  return { contains: { left, right } };
}

function attribute(of: Var, attr: string): Expr {
  return { '.': { left: { Var: of }, attr } };
}

function isOf(entity_type: string): Expr {
  return { is: { left: { Var: 'resource' }, entity_type } };
}

function isAct(act: GrantableAct): Expr {
  return { '==': { left: { Var: 'action' }, right: { Value: { __entity: { type: 'Action', id: act } } } } };
}

function value(text: string): Expr {
  return { Value: text };
}

function instant(ms: number): Expr {
  return { datetime: [value(new Date(ms).toISOString())] };
}
