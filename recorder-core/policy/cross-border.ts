/**
 * When the laws of several places pull at one call in ways that no choice of region or notice satisfies, the tenant's
 * policy decides, before the first stored frame: record nothing, record and mark, record the own side, or record under
 * lock for a person to decide. Each is at least as strict as what the rules alone ask for. Pure.
 */
import type { ConsentDecision } from './consent.ts';
import type { Demand } from './consent-lattice.ts';
import { join, NO_DEMAND } from './consent-lattice.ts';
import type { ResidencyDecision } from './residency.ts';
import type { VerifiedRulePack } from './rule-pack.ts';

/** What a tenant does about a conflict. */
export const CROSS_BORDER_ACTS = ['block', 'tag', 'own-side', 'person'] as const;
export type CrossBorderAct = (typeof CROSS_BORDER_ACTS)[number];

/**
 * `residency`: no region that this recorder may use satisfies all rules. `disputed`: parties in different countries, and a
 * rule that decides is read differently by those who should know.
 */
export type ConflictKind = 'residency' | 'disputed';

/** A conflict and what is done about it; kept with the recording. */
export interface CrossBorderConflict {
  readonly kinds: readonly ConflictKind[];
  readonly act: CrossBorderAct;
  /** Rules that conflict. */
  readonly rules: readonly string[];
  /** Sentences for people, without personal data. */
  readonly reasons: readonly string[];
  /** Of `person`: until when somebody has to decide. */
  readonly decideBy?: string | undefined;
}

export interface CrossBorderInput {
  readonly residency: ResidencyDecision;
  readonly consent: ConsentDecision;
  /** The region of this recorder. */
  readonly region: string;
  /** What the tenant wants done. */
  readonly act: CrossBorderAct;
}

/** The conflict of a call, if there is one. */
export function findConflict(
  input: CrossBorderInput,
  pack: VerifiedRulePack,
): CrossBorderConflict | undefined {
  const { residency, consent, region, act } = input;
  const misplaced = residency.outcome === 'CONFLICT' || residency.region !== region;
  const unmet = misplaced ? residency.rules.map(({ id }) => id) : [];
  const disputed = spansCountries(consent)
    ? consent.rules.filter(({ id, decisive }) => decisive && isDisputed(id, pack)).map(({ id }) => id)
    : [];
  if (!misplaced && disputed.length === 0) return undefined;
  const kinds: ConflictKind[] = [
    ...(misplaced ? (['residency'] as const) : []),
    ...(disputed.length > 0 ? (['disputed'] as const) : []),
  ];
  return {
    kinds,
    act,
    rules: [...new Set([...unmet, ...disputed])].sort(),
    reasons: [
      ...(misplaced ? [wordsOf(residency, region)] : []),
      ...(disputed.length > 0
        ? ['The call crosses a border, and a rule that decides it is disputed among authorities.']
        : []),
      ACT_WORDS[act],
    ],
  };
}

/** What the act adds to the demand; joined to it, so that it can only become stricter. */
export function withConflict(demand: Demand, conflict: CrossBorderConflict | undefined): Demand {
  if (conflict?.act === 'block') return join(demand, { ...NO_DEMAND, capture: 'none' });
  return conflict?.act === 'own-side' ? join(demand, { ...NO_DEMAND, capture: 'own-side' }) : demand;
}

const ACT_WORDS: Readonly<Record<CrossBorderAct, string>> = {
  block: 'The tenant has such calls not recorded.',
  tag: 'The tenant has such calls recorded and marked.',
  'own-side': 'The tenant has only its own side of such calls recorded.',
  person: 'The tenant has such calls recorded under lock, until a person decides.',
};

function wordsOf({ outcome, region }: ResidencyDecision, here: string): string {
  return outcome === 'CONFLICT'
    ? 'No region satisfies every rule on where the call may be stored.'
    : `The rules send this call to the region ${region}, and this recorder stores in ${here}.`;
}

function spansCountries({ rules }: ConsentDecision): boolean {
  const places = rules
    .map(({ jurisdiction }) => jurisdiction.slice(0, 2))
    .filter((code) => /^[A-Z]{2}$/.test(code));
  return new Set(places).size > 1;
}

function isDisputed(ruleId: string, pack: VerifiedRulePack): boolean {
  return pack.consent.some(({ id, disputed }) => id === ruleId && disputed === true);
}
