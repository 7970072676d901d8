/**
 * The consent order written a second time, slowly and on its own, for the tests only.
 *
 * It shares no code with consent.ts: it writes down every sentence that the law, the tenant and the parties say about the
 * call, then walks through the outcomes from the strictest and takes the first that a sentence asks for.
 */
import type { ConsentInput } from './consent.ts';
import type { ConsentRow, VerifiedRulePack } from './rule-pack.ts';

type Value = ConsentRow['value'];

/** The outcome by the slow way; compare with `decideConsent`. */
export function referenceOutcome(input: ConsentInput, pack: VerifiedRulePack): string {
  const said = new Set<Value>();
  const purposes = new Set(input.alsoFor ?? []).add(input.purpose);
  const strict = pack.consent.find((row) => row.id === pack.defaults.consent)?.value ?? 'all-party';
  const places: string[] = [input.recorderJurisdiction];
  for (const party of input.parties) {
    for (const place of placesOf(party, pack)) places.push(place);
    if (party.stance !== undefined) said.add('prohibited');
  }
  if (input.parties.length === 0) places.push('unknown');
  for (const place of places) {
    let settled = false;
    for (const row of pack.consent) {
      if (row.jurisdiction === '*' || !isAbout(row.jurisdiction, place, pack)) continue;
      if (row.purposes !== undefined && !row.purposes.some((one) => purposes.has(one))) continue;
      if (row.circumstance !== undefined && !(input.circumstances ?? []).includes(row.circumstance)) continue;
      said.add(row.value);
      if (row.status !== 'verified') said.add(strict);
      const general = row.purposes === undefined && row.circumstance === undefined;
      if (general && row.jurisdiction === place && place in pack.jurisdictions) settled = true;
    }
    if (!settled) said.add(strict);
    for (const rule of input.tenantPolicy ?? []) {
      const here = rule.jurisdictions?.some((code) => isAbout(code, place, pack)) ?? true;
      if (here && (rule.purposes === undefined || rule.purposes.some((one) => purposes.has(one))))
        said.add(rule.value);
    }
  }
  for (const row of pack.consent) {
    if (row.jurisdiction !== '*') continue;
    if (row.purposes !== undefined && !row.purposes.some((one) => purposes.has(one))) continue;
    if (row.circumstance !== undefined && !(input.circumstances ?? []).includes(row.circumstance)) continue;
    said.add(row.value);
    if (row.status !== 'verified') said.add(strict);
  }
  const mandated = input.mandated === true && !(input.circumstances ?? []).includes('emergency');
  const says = (...values: Value[]): boolean => values.some((value) => said.has(value));
  const order: [boolean, string][] = [
    [mandated && says('prohibited', 'own-side-only'), 'REFUSE_CALL'],
    [says('prohibited'), 'DO_NOT_RECORD'],
    [says('pause'), 'PAUSE'],
    [says('own-side-only'), 'OWN_SIDE_ONLY'],
    [says('all-party'), 'ASSENT'],
    [says('announce', 'knowledge-of-all'), 'ANNOUNCE'],
    [says('notice-or-tone'), 'TONE'],
  ];
  return order.find(([asked]) => asked)?.[1] ?? 'RECORD';
}

/** The place itself, or a group that the table puts it in. */
function isAbout(code: string, place: string, pack: VerifiedRulePack): boolean {
  return code === place || (pack.jurisdictions[place]?.groups ?? []).includes(code);
}

/** Numbers are read by trying every prefix of the plan, not by looking one up. */
function placesOf(party: ConsentInput['parties'][number], pack: VerifiedRulePack): Set<string> {
  const known = [...(party.addresses ?? [])];
  if (party.lastKnown !== undefined) known.push(party.lastKnown);
  if (party.seat !== undefined) known.push(party.seat);
  const found = new Set(known);
  let maybeMoving = false;
  for (const address of [party.aor, party.number]) {
    if (address === undefined) continue;
    const digits = /^\+(\d{8,15})$/.exec(address)?.[1] ?? '';
    const { prefixes, movingRanges } = pack.numberPlan;
    let best = '';
    for (const prefix of Object.keys(prefixes)) {
      if (digits.startsWith(prefix) && prefix.length > best.length) best = prefix;
    }
    for (const place of prefixes[best] ?? []) found.add(place);
    const country = Object.keys(movingRanges).find((code) => digits.startsWith(code));
    const moves = (movingRanges[country ?? ''] ?? []).some((range) =>
      digits.slice((country ?? '').length).startsWith(range),
    );
    const line = best === '' || country === undefined ? 'unknown' : moves ? 'mobile' : 'fixed';
    if ((party.line ?? line) !== 'fixed') maybeMoving = true;
  }
  if (found.size === 0 || (known.length === 0 && maybeMoving)) found.add('unknown');
  return found;
}
