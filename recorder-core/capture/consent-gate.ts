import {
  permitCapture,
  type ConsentPractice,
  type PartyReason,
  type PresentParty,
} from '../policy/capture-permission.ts';
import { decideConsent, type ConsentDecision } from '../policy/consent.ts';
import {
  outcomeOf,
  OUTCOMES,
  whenMandated,
  type ConsentOutcome,
  type Demand,
} from '../policy/consent-lattice.ts';
import {
  NO_STANDING,
  standingOf,
  strictestStanding,
  type ConsentNote,
  type Standing,
} from '../policy/consent-standing.ts';
import {
  findConflict,
  withConflict,
  type CrossBorderAct,
  type CrossBorderConflict,
} from '../policy/cross-border.ts';
import { isOwn, NO_OWN_SIDE, type OwnSide } from '../policy/own-side.ts';
import { decideResidency, type Region } from '../policy/residency.ts';
import type { SignRules } from '../policy/call-signs.ts';
import type { Rulebook } from '../policy/rulebook.ts';
import { candidatesOf } from '../policy/whereabouts.ts';
import type { Party } from '../siprec/session-parties.ts';
import type { StandingCircumstance } from './standing-signs.ts';
import { partyId } from './describe-parties.ts';
import { explainVerdict, type VerdictExplanation } from './explain-verdict.ts';

/** What consent depends on besides the call itself. */
export interface ConsentSettings {
  /** The rules in force, from memory: nothing may be asked of a database before the first frame. */
  readonly rules: () => Rulebook;
  /** ISO 3166 code of the place where this node stands. */
  readonly recorderJurisdiction: string;
  readonly purpose: string;
  /** By what a call is known to be for a further purpose, or under a circumstance; left out: by what every recorder knows. */
  readonly signs?: SignRules | undefined;
  readonly announcement: ConsentPractice['announcement'];
  /** Left out: `end`. */
  readonly withoutConsent?: ConsentPractice['withoutConsent'] | undefined;
  /** Left out: nobody is known to be the tenant's own. */
  readonly ownSide?: OwnSide | undefined;
  /** The law demands that these calls be recorded whole. */
  readonly mandated?: boolean | undefined;
  /** Where this node stores, and which other regions the tenant has; left out, the place of the node is its own region. */
  readonly residency?: { readonly region: string; readonly regions: readonly Region[] } | undefined;
  /** What is done about a conflict of laws across borders; left out: `block`. */
  readonly crossBorder?: CrossBorderAct | undefined;
  /** Days that a person has to decide about a recording under lock; left out: 14. */
  readonly personDays?: number | undefined;
  /** How long a session waits for evidence before the silence counts, in milliseconds; left out: a minute. */
  readonly waitMs?: number | undefined;
}

/** What was said and noted so far. */
export interface HeardSoFar {
  /** By the ordinal of the party that it is about. */
  readonly notes?: ReadonlyMap<number, readonly ConsentNote[]> | undefined;
  /** The time to answer is over. */
  readonly waitIsOver?: boolean | undefined;
  readonly circumstances?: readonly StandingCircumstance[] | undefined;
  /** What the call is for besides the purpose of the recorder. */
  readonly purposes?: readonly string[] | undefined;
}

/** What may be stored of the call, and why; the explanation is kept with the recording. */
export interface ConsentVerdict {
  /** `wait`: the session goes on and nothing is stored yet. `end`: it may not be recorded. */
  readonly act: 'store' | 'wait' | 'end';
  /** True while the session may go on. */
  readonly allowed: boolean;
  /** Whether each present party may be stored, by its ordinal, and why not. */
  readonly parties: ReadonlyMap<number, { readonly stored: boolean; readonly reason: PartyReason }>;
  readonly explanation: VerdictExplanation;
}

/**
 * Decides before the first frame is stored, and again whenever somebody joins or something is said about consent. Fails
 * closed: what asks for notice or assent is met by the tenant's statement that the recording client gives it, or by
 * evidence for each party, and by nothing else. The existence of a recording session is no evidence of consent.
 */
export function askConsent(
  everybody: readonly Party[],
  settings: ConsentSettings,
  decidedAt: string,
  heard: HeardSoFar = {},
): ConsentVerdict {
  const { ownSide = NO_OWN_SIDE, announcement, withoutConsent = 'end', mandated = false } = settings;
  const standings = new Map(everybody.map((party) => [party.ordinal, standing(heard, party, settings)]));
  const rules = settings.rules();
  const law = decideFor(everybody, standings, settings, heard, rules);
  const present = everybody.filter(({ leftAt }) => leftAt === undefined);
  const { residency, conflict, places } = conflictOf(everybody, law.decision, settings, rules);
  const { circumstances = [], purposes = [] } = heard;
  const demand = demandOf(withConflict(law.demand, conflict), mandated, circumstances);
  const permission = permitCapture({
    demand,
    announcement,
    withoutConsent,
    waitIsOver: heard.waitIsOver === true,
    parties: present.map((party) => presentParty(party, law.standings, ownSide)),
  });
  const parties = present.map((party, index) => ({
    party,
    own: isOwn(party.aor, ownSide),
    stored: permission.parties[index]?.stored ?? false,
    reason: permission.parties[index]?.reason ?? ('ended' as const),
  }));
  const { act } = permission;
  const grounds = {
    ...law,
    act,
    announcement,
    conflict: dated(conflict, settings, decidedAt),
    mandated,
    purpose: settings.purpose,
    alsoFor: purposes,
    circumstances,
    tags: residency.tags,
    places,
    policyVersion: rules.policyVersion,
    parties,
  };
  const outcome = law.leftOut ? stricter(outcomeOf(demand), 'OWN_SIDE_ONLY') : outcomeOf(demand);
  return {
    act,
    allowed: act !== 'end',
    parties: new Map(parties.map(({ party, stored, reason }) => [party.ordinal, { stored, reason }])),
    explanation: explainVerdict({ ...grounds, outcome }, everybody, decidedAt),
  };
}

/** An emergency call is never refused for want of its recording. */
function demandOf(joined: Demand, mandated: boolean, circumstances: readonly StandingCircumstance[]): Demand {
  const emergency = circumstances.some(({ circumstance }) => circumstance === 'emergency');
  return mandated && !emergency ? whenMandated(joined) : joined;
}

function presentParty(
  party: Party,
  standings: ReadonlyMap<number, Standing>,
  ownSide: OwnSide,
): PresentParty {
  return {
    id: partyId(party),
    own: isOwn(party.aor, ownSide),
    known: isNamed(party),
    line: party.streamKey,
    ...(standings.get(party.ordinal) ?? NO_STANDING),
  };
}

/** SIP headers and placeholders are what a source says before it tells: metadata may still name somebody else. */
function isNamed({ aor, source, placeholder }: Party): boolean {
  return aor !== undefined && source !== 'header' && placeholder !== true;
}

/** A call for several purposes needs the consent for each; who refuses one refuses the recording. */
function standing(heard: HeardSoFar, { ordinal }: Party, { purpose }: ConsentSettings): Standing {
  const notes = heard.notes?.get(ordinal);
  if (notes === undefined) return NO_STANDING;
  return strictestStanding([purpose, ...(heard.purposes ?? [])].map((one) => standingOf(notes, one)));
}

/**
 * What the law demands, given who said no. A withdrawal ends what rests on consent alone: where the recording is mandated
 * and nobody had to be asked, it has another basis. Who refuses is left out of a `leave-out` recording, and then does
 * not forbid the rest of it; a mandated one cannot do without.
 */
function decideFor(
  everybody: readonly Party[],
  standings: ReadonlyMap<number, Standing>,
  settings: ConsentSettings,
  heard: HeardSoFar,
  rules: Rulebook,
): {
  decision: ConsentDecision;
  demand: Demand;
  standings: ReadonlyMap<number, Standing>;
  leftOut: boolean;
  otherBasis: boolean;
} {
  const plain = decide(everybody, new Map(), settings, heard, rules);
  const withdrew = [...standings.values()].some(({ answer }) => answer === 'withdrawn');
  const otherBasis = withdrew && settings.mandated === true && plain.demand.notice !== 'assent';
  const counting = otherBasis
    ? new Map(
        [...standings].map(([ordinal, one]) => [
          ordinal,
          one.answer === 'withdrawn' ? { ...one, answer: 'none' as const } : one,
        ]),
      )
    : standings;
  const refused = [...counting.values()].some(({ answer }) => answer === 'refused' || answer === 'withdrawn');
  const decision = refused ? decide(everybody, counting, settings, heard, rules) : plain;
  const leftOut = refused && settings.withoutConsent === 'leave-out' && decision.demand.capture === 'none';
  return {
    decision,
    demand: leftOut ? plain.demand : decision.demand,
    standings: counting,
    leftOut,
    otherBasis,
  };
}

function decide(
  parties: readonly Party[],
  standings: ReadonlyMap<number, Standing>,
  { recorderJurisdiction, purpose, mandated }: ConsentSettings,
  { circumstances = [], purposes = [] }: HeardSoFar,
  { pack, policy }: Rulebook,
): ConsentDecision {
  return decideConsent(
    {
      parties: parties.map((party) => {
        const answer = standings.get(party.ordinal)?.answer;
        return {
          id: partyId(party),
          ...(party.aor === undefined ? {} : { aor: party.aor }),
          ...(answer === 'refused' || answer === 'withdrawn' ? { stance: answer } : {}),
        };
      }),
      recorderJurisdiction,
      purpose,
      alsoFor: purposes,
      circumstances: circumstances.map(({ circumstance }) => circumstance),
      mandated,
      tenantPolicy: policy.consent,
    },
    pack,
  );
}

function conflictOf(
  parties: readonly Party[],
  consent: ConsentDecision,
  settings: ConsentSettings,
  { pack, policy }: Rulebook,
) {
  const { recorderJurisdiction, crossBorder = 'block' } = settings;
  const here = { id: 'here', jurisdiction: recorderJurisdiction };
  const { region, regions } = settings.residency ?? { region: here.id, regions: [here] };
  const candidates = parties.flatMap(({ aor }) =>
    candidatesOf({ id: '', ...(aor === undefined ? {} : { aor }) }, pack.numberPlan),
  );
  const places = [...new Set(candidates)].sort();
  const residency = decideResidency(
    { tenantRegion: region, regions, partyJurisdictions: places, tenantRules: policy.residency },
    pack,
  );
  return {
    residency,
    places,
    conflict: findConflict({ residency, consent, region, act: crossBorder }, pack),
  };
}

const DAY_MS = 86_400_000;

/** With the time that a person has, where one is to decide. */
function dated(
  conflict: CrossBorderConflict | undefined,
  { personDays = 14 }: ConsentSettings,
  decidedAt: string,
): CrossBorderConflict | undefined {
  if (conflict?.act !== 'person') return conflict;
  return { ...conflict, decideBy: new Date(Date.parse(decidedAt) + personDays * DAY_MS).toISOString() };
}

function stricter(a: ConsentOutcome, b: ConsentOutcome): ConsentOutcome {
  return OUTCOMES.indexOf(a) >= OUTCOMES.indexOf(b) ? a : b;
}
