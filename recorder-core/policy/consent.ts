/**
 * The consent decision: may this call be recorded, and what must be said or asked first.
 *
 * Every candidate place of every party and of the recorder is looked up, and all demands
 * are joined (consent-lattice.ts), so the strictest wins and a further party can only make
 * it stricter. What is not known fails closed: an unknown place, a place without a row and
 * an unverified row all count at least as strictly as the pack's default row.
 *
 * Pure: no clock, no I/O, no Node built-in; the answer depends on input and pack alone.
 */
import { DEMANDS, NO_DEMAND, atLeast, join, outcomeOf, whenMandated } from './consent-lattice.ts';
import type { ConsentOutcome, Demand } from './consent-lattice.ts';
import { explainConsent } from './consent-reasons.ts';
import { codesOf, isPlace } from './jurisdictions.ts';
import type { Circumstance, ConsentRow, ConsentValue, VerifiedRulePack } from './rule-pack.ts';
import { UNKNOWN_PLACE, candidatesOf } from './whereabouts.ts';
import type { ConsentParty } from './whereabouts.ts';

/** A tenant's own demand, joined to the law's: it can only make the outcome stricter. */
export interface TenantConsentRule {
  /** Unique within the tenant; shown in explanations. */
  readonly id: string;
  readonly value: ConsentValue;
  /** Codes or groups; without it, every call. */
  readonly jurisdictions?: readonly string[] | undefined;
  readonly purposes?: readonly string[] | undefined;
}

/** All that the decision depends on, besides the pack. */
export interface ConsentInput {
  readonly parties: readonly ConsentParty[];
  /** Where the recording node stands; its law counts as a party's does. */
  readonly recorderJurisdiction: string;
  /** What the recording is for, e.g. `business-record`, `training`. */
  readonly purpose: string;
  /** What it is for besides; a row for any of its purposes binds. */
  readonly alsoFor?: readonly string[] | undefined;
  /** The law demands that this call be recorded (MiFID II 16(7)): not recordable means not allowed. */
  readonly mandated?: boolean | undefined;
  readonly circumstances?: readonly Circumstance[] | undefined;
  readonly tenantPolicy?: readonly TenantConsentRule[] | undefined;
}

/** A rule that matched, for which party and place, and what it adds. */
export interface MatchedConsentRule {
  readonly id: string;
  readonly jurisdiction: string;
  /** Party id; `recorder` for the node, `call` for what concerns the whole call. */
  readonly party: string;
  readonly value: ConsentValue;
  /** It binds only while this is so. */
  readonly circumstance?: Circumstance;
  readonly source: string;
  readonly status: 'verified' | 'unverified';
  readonly reviewer: string | null;
  readonly origin: 'pack' | 'tenant';
  /** What it demands here, failing closed included. */
  readonly demand: Demand;
  /** True when it alone demands as much, in some respect, as the whole decision. */
  readonly decisive: boolean;
}

/** The decision with its grounds; store it whole with the recording. */
export interface ConsentDecision {
  readonly outcome: ConsentOutcome;
  /** The full demand behind the one word: an own-side recording may still need its announcement. */
  readonly demand: Demand;
  /** The announcement itself must be on the recording. */
  readonly recordAnnouncement: boolean;
  /** Shortest tone interval any matched rule names, in seconds; null where none does. */
  readonly toneEverySeconds: number | null;
  /** All matched rules, sorted by party, place and id. */
  readonly rules: readonly MatchedConsentRule[];
  /** Sentences for people, without personal data. */
  readonly reasons: readonly string[];
  readonly packDigest: string;
}

type Match = Omit<MatchedConsentRule, 'decisive'> & { readonly row?: ConsentRow };

/** Decides consent for one call, before its first stored frame and again whenever a party joins, refuses or withdraws. */
export function decideConsent(input: ConsentInput, pack: VerifiedRulePack): ConsentDecision {
  const matches = collect(input, pack).sort(byPartyPlaceAndId);
  const joined = matches.reduce<Demand>((all, match) => join(all, match.demand), NO_DEMAND);
  // An emergency call is never refused, whatever else has to be recorded.
  const mandated = input.mandated === true && input.circumstances?.includes('emergency') !== true;
  const demand = mandated ? whenMandated(joined) : joined;
  const tones = matches.flatMap((match) => match.row?.toneEverySeconds ?? []);
  const rules = matches.map(({ row: _row, ...rule }) => ({
    ...rule,
    decisive: isDecisive(rule.demand, joined),
  }));
  const outcome = outcomeOf(demand);
  return {
    outcome,
    demand,
    recordAnnouncement: matches.some((match) => match.row?.recordAnnouncement === true),
    toneEverySeconds: tones.length === 0 ? null : Math.min(...tones),
    rules,
    reasons: explainConsent(outcome, rules, pack.defaults.consent),
    packDigest: pack.digest,
  };
}

function collect(input: ConsentInput, pack: VerifiedRulePack): Match[] {
  const nobody: ConsentParty[] = input.parties.length === 0 ? [{ id: 'call' }] : [];
  const found = [...input.parties, ...nobody].flatMap((party) => [
    ...candidatesOf(party, pack.numberPlan).flatMap((place) => rulesOfPlace(party.id, place, input, pack)),
    ...(party.stance === undefined ? [] : [refusal(party, pack)]),
  ]);
  const wholeCall = pack.consent.filter((row) => row.jurisdiction === '*' && applies(row, input));
  return [
    ...found,
    ...rulesOfPlace('recorder', input.recorderJurisdiction, input, pack),
    ...wholeCall.map((row) => matchOf(row, 'call', '*', pack)),
    ...(input.tenantPolicy ?? [])
      .filter((rule) => isGeneral(rule, input))
      .map((rule) => ofTenant(rule, 'call', '*')),
  ];
}

function rulesOfPlace(party: string, place: string, input: ConsentInput, pack: VerifiedRulePack): Match[] {
  const codes = codesOf(place, pack);
  const rows = pack.consent.filter((row) => codes.includes(row.jurisdiction) && applies(row, input));
  const settled = isPlace(place, pack) && rows.some((row) => isGeneralRow(row) && row.jurisdiction === place);
  const fallback = settled || rows.some((row) => row.id === pack.defaults.consent) ? [] : [defaultRow(pack)];
  const tenant = (input.tenantPolicy ?? []).filter(
    (rule) =>
      rule.jurisdictions?.some((code) => codes.includes(code)) === true && forPurpose(rule.purposes, input),
  );
  return [
    ...[...rows, ...fallback].map((row) => matchOf(row, party, place, pack)),
    ...tenant.map((rule) => ofTenant(rule, party, place)),
  ];
}

/** An unverified row keeps its value for the record, but counts at least as the default row does. */
function matchOf(row: ConsentRow, party: string, place: string, pack: VerifiedRulePack): Match {
  const { id, value, source, status, reviewer, circumstance } = row;
  const only = circumstance === undefined ? {} : { circumstance };
  const own = DEMANDS[value];
  const demand = status === 'verified' ? own : join(own, DEMANDS[defaultRow(pack).value]);
  const stated = { source, status, reviewer, origin: 'pack' } as const;
  return { id, jurisdiction: place, party, value, ...only, ...stated, demand, row };
}

function ofTenant(rule: TenantConsentRule, party: string, place: string): Match {
  const stated = { source: 'tenant policy', status: 'verified', reviewer: null, origin: 'tenant' } as const;
  return {
    id: rule.id,
    jurisdiction: place,
    party,
    value: rule.value,
    ...stated,
    demand: DEMANDS[rule.value],
  };
}

function refusal(party: ConsentParty, pack: VerifiedRulePack): Match {
  const { id, source, status, reviewer } = pack.defaults.refusal;
  const stated = { source, status, reviewer, origin: 'pack', value: 'prohibited' } as const;
  return { id, jurisdiction: '*', party: party.id, ...stated, demand: DEMANDS.prohibited };
}

/** The schema guarantees the row; a pack built by hand without it still fails closed. */
function defaultRow(pack: VerifiedRulePack): ConsentRow {
  const row = pack.consent.find((candidate) => candidate.id === pack.defaults.consent);
  const { refusal: stated } = pack.defaults;
  return row ?? { ...stated, id: pack.defaults.consent, jurisdiction: UNKNOWN_PLACE, value: 'all-party' };
}

function applies(row: ConsentRow, input: ConsentInput): boolean {
  const circumstance =
    row.circumstance === undefined || input.circumstances?.includes(row.circumstance) === true;
  return circumstance && forPurpose(row.purposes, input);
}

/** A row that settles a place for every call, not only for a purpose or a circumstance. */
function isGeneralRow(row: ConsentRow): boolean {
  return row.purposes === undefined && row.circumstance === undefined;
}

function isGeneral(rule: TenantConsentRule, input: ConsentInput): boolean {
  return rule.jurisdictions === undefined && forPurpose(rule.purposes, input);
}

function forPurpose(
  purposes: readonly string[] | undefined,
  { purpose, alsoFor = [] }: ConsentInput,
): boolean {
  return purposes === undefined || [purpose, ...alsoFor].some((one) => purposes.includes(one));
}

function isDecisive(own: Demand, all: Demand): boolean {
  const respects = [
    { ...NO_DEMAND, notice: all.notice },
    { ...NO_DEMAND, capture: all.capture },
    { ...NO_DEMAND, paused: all.paused },
  ];
  const asked = respects.filter((respect) => !atLeast(NO_DEMAND, respect));
  return asked.length === 0 || asked.some((respect) => atLeast(own, respect));
}

function byPartyPlaceAndId(a: Match, b: Match): number {
  const key = (match: Match): string => [match.party, match.jurisdiction, match.id].join('\n');
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}
