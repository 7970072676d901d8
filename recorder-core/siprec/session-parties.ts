import type { Bindings, Speaker } from './binding.ts';

/** Somebody in the recorded call. Ordinals count from 1 in order of joining and are never used twice. */
export interface Party {
  readonly ordinal: number;
  /** The label of the media line the party speaks on; absent for a line without label or a mere listener. */
  readonly label?: string;
  /** The key of the session stream the party speaks on; absent for a listener. */
  readonly streamKey?: string;
  readonly participantId?: string;
  readonly aor?: string;
  readonly name?: string;
  /** How the party came to its line; `unknown` is a line nobody is known to speak on. */
  readonly source: Speaker['source'] | 'unknown';
  readonly placeholder?: true;
  /** Arrival clock, epoch ms. */
  readonly joinedAt: number;
  readonly leftAt?: number;
}

/** More parties than any call has, those that left included: no further one is added. */
export const MAX_PARTIES = 2048;

/** The parties after an update, those that left before included, and the differences. */
export interface PartiesUpdate {
  readonly parties: readonly Party[];
  readonly joined: readonly Party[];
  readonly changed: readonly Party[];
  readonly left: readonly Party[];
  /** True when `MAX_PARTIES` kept somebody out. */
  readonly overflow: boolean;
}

/** A running audio line as the parties see it. */
export interface PartyLine {
  readonly key: string;
  readonly mLineIndex: number;
  readonly label?: string;
}

type Wanted = Omit<Party, 'ordinal' | 'joinedAt' | 'leftAt'>;

/**
 * Carries the parties of a session over to new bindings. A participant keeps its party for as long
 * as it is present; a nameless party becomes the participant that turns out to speak on its line; a
 * participant whose id changed but whose address did not stays the same party. Pure.
 */
export function updateParties(
  before: readonly Party[],
  bindings: Bindings,
  lines: readonly PartyLine[],
  at: number,
): PartiesUpdate {
  const gone = before.filter((party) => party.leftAt !== undefined);
  const present = new Set(before.filter((party) => party.leftAt === undefined));
  const changed: Party[] = [];
  const staying: Party[] = [];
  const fresh: Wanted[] = [];
  const settle = (item: Wanted, party: Party | undefined): void => {
    if (party === undefined) {
      fresh.push(item);
      return;
    }
    const next = carryOver(party, item);
    if (JSON.stringify(next) !== JSON.stringify(party)) changed.push(next);
    staying.push(next);
  };
  const wanted = wantedParties(bindings, lines);
  const matched = matchParties(present, wanted);
  for (const item of wanted) settle(item, matched.get(item));
  for (const line of lines) {
    // All who speak here may be placed on a line of their own: an extra mix has no party to itself.
    if (speakersOn(line, bindings).length > 0) continue;
    const inUse = [...gone, ...present, ...staying, ...fresh].filter((party) => party.streamKey === line.key);
    const nameless = [...present].find(
      (party) => party.participantId === undefined && party.streamKey === line.key,
    );
    if (nameless !== undefined) present.delete(nameless);
    // A line whose speaker has left stays empty: only one that never had a party gets a nameless one.
    if (nameless !== undefined || inUse.length === 0) settle({ source: 'unknown', ...place(line) }, nameless);
  }
  const room = Math.max(0, MAX_PARTIES - before.length);
  const joined = inLineOrder(fresh, lines)
    .slice(0, room)
    .map((item, index) => ({
      ordinal: before.length + index + 1,
      ...item,
      joinedAt: at,
    }));
  const left = [...present].map((party) => ({ ...party, leftAt: at }));
  const parties = [...gone, ...staying, ...joined, ...left].sort((a, b) => a.ordinal - b.ordinal);
  return { parties, joined, changed, left, overflow: fresh.length > room };
}

/** Ends every party that is still present. Pure. */
export function endParties(before: readonly Party[], at: number): PartiesUpdate {
  const left: Party[] = [];
  const parties = before.map((party) => {
    if (party.leftAt !== undefined) return party;
    const ended = { ...party, leftAt: at };
    left.push(ended);
    return ended;
  });
  return { parties, joined: [], changed: [], left, overflow: false };
}

function wantedParties(bindings: Bindings, lines: readonly PartyLine[]): Wanted[] {
  const wanted: Wanted[] = [];
  const seen = new Set<string>();
  const add = (speaker: Speaker, line?: PartyLine): void => {
    // Somebody who speaks on two lines is one party, on the first of them.
    if (speaker.participantId !== undefined && seen.has(speaker.participantId)) return;
    if (speaker.participantId !== undefined) seen.add(speaker.participantId);
    wanted.push(wantedParty(speaker, line));
  };
  for (const line of lines) {
    for (const speaker of speakersOn(line, bindings)) add(speaker, line);
  }
  for (const listener of bindings.listeners) add(listener);
  return wanted;
}

function speakersOn(line: PartyLine, bindings: Bindings): readonly Speaker[] {
  return bindings.bindings.find((item) => item.mLineIndex === line.mLineIndex)?.speakers ?? [];
}

function wantedParty(speaker: Speaker, line: PartyLine | undefined): Wanted {
  const { participantId, nameId, placeholder, source } = speaker;
  return {
    source,
    ...(line && place(line)),
    ...(participantId !== undefined && { participantId }),
    ...(nameId && nameId.aor !== '' && { aor: nameId.aor }),
    ...(nameId?.name !== undefined && { name: nameId.name }),
    ...(placeholder && { placeholder }),
  };
}

/** By media line, so that ordinals follow the channels; mere listeners last. */
function inLineOrder(items: readonly Wanted[], lines: readonly PartyLine[]): Wanted[] {
  const rank = ({ streamKey }: Wanted): number => {
    const index = lines.findIndex((line) => line.key === streamKey);
    return index < 0 ? lines.length : index;
  };
  return [...items].sort((a, b) => rank(a) - rank(b));
}

function place(line: PartyLine): Pick<Party, 'streamKey' | 'label'> {
  return { streamKey: line.key, ...(line.label !== undefined && { label: line.label }) };
}

/** Takes the matched parties out of `present`; who remains there has left. */
function matchParties(present: Set<Party>, wanted: readonly Wanted[]): Map<Wanted, Party> {
  const matched = new Map<Wanted, Party>();
  const rules: ((party: Party, item: Wanted) => boolean)[] = [
    (party, item) => item.participantId !== undefined && party.participantId === item.participantId,
    (party, item) => party.participantId === undefined && onSameLine(party, item),
    (party, item) => item.participantId !== undefined && item.aor !== undefined && party.aor === item.aor,
    (party, item) => party.placeholder === true && onSameLine(party, item),
  ];
  for (const rule of rules) {
    for (const item of wanted) {
      const party = matched.has(item) ? undefined : [...present].find((candidate) => rule(candidate, item));
      if (party === undefined) continue;
      matched.set(item, party);
      present.delete(party);
    }
  }
  return matched;
}

function onSameLine(party: Party, item: Wanted): boolean {
  return party.streamKey !== undefined && party.streamKey === item.streamKey;
}

/** A party that is named without a line keeps the line it had: it may be on hold. */
function carryOver(party: Party, item: Wanted): Party {
  const { ordinal, joinedAt, streamKey, label } = party;
  const line =
    item.streamKey === undefined
      ? { ...(streamKey !== undefined && { streamKey }), ...(label !== undefined && { label }) }
      : {};
  const names = item.participantId === undefined && item.aor === undefined ? namesOf(party) : {};
  return { ordinal, ...line, ...names, ...item, joinedAt };
}

function namesOf(party: Party): Pick<Party, 'aor' | 'name'> {
  return {
    ...(party.aor !== undefined && { aor: party.aor }),
    ...(party.name !== undefined && { name: party.name }),
  };
}
