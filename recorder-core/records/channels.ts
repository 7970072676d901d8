import type { Party } from './parties.ts';
import type { Part } from './parts.ts';

/** One line of a recording with what can be heard of it. */
export interface Channel {
  readonly label: string | null;
  /** Who spoke on it first, as far as that is known. */
  readonly party: Party | undefined;
  /** In the order in which they were opened: a line that was closed and opened again has several. */
  readonly parts: readonly Part[];
  /** Parts of the line whose keys were destroyed, and nothing stands in their place: it is silent there. */
  readonly destroyed: readonly Part[];
}

/**
 * The channels of a recording: the media parts of one label together, in the order of the parties who speak there, lines
 * without a party last. A line of which everything was destroyed is a channel still, without parts. A part without a label is a
 * channel of its own. Of a part that was made by cutting a span out of another, only one of the two is heard: the other, until it
 * is destroyed. Give all parts and parties of the recording. Pure.
 */
export function channelsOf(parts: readonly Part[], parties: readonly Party[]): Channel[] {
  const media = standingMedia(parts);
  const placeInLine = originOf(parts);
  const channels = [...Map.groupBy(media, ({ label, id }) => label ?? id).values()].map((group): Channel => {
    // Ids of version 7 (RFC 9562 section 5.7) rise with the time at which they were made.
    const inOrder = group.sort((a, b) => (placeInLine(a) < placeInLine(b) ? -1 : 1));
    const label = inOrder[0]?.label ?? null;
    return {
      label,
      party: label === null ? undefined : firstOn(label, parties),
      parts: inOrder.filter(({ destroyedAt }) => destroyedAt === null),
      destroyed: inOrder.filter(({ destroyedAt }) => destroyedAt !== null),
    };
  });
  return channels.sort((a, b) => placeOf(a) - placeOf(b));
}

/** Media parts without those in whose place another one stands, and without those that do not stand there yet. */
function standingMedia(parts: readonly Part[]): Part[] {
  const media = parts.filter(({ kind }) => kind === 'media');
  const gone = new Set(media.filter(({ destroyedAt }) => destroyedAt !== null).map(({ id }) => id));
  const replaced = new Set(media.flatMap(({ replaces }) => replaces ?? []));
  return media.filter(
    ({ id, replaces }) => !(gone.has(id) && replaced.has(id)) && (replaces === null || gone.has(replaces)),
  );
}

/** The id of the part that was captured, for one that was made from it by whatever many cuts. */
function originOf(parts: readonly Part[]): (part: Part) => string {
  const byId = new Map(parts.map((part) => [part.id, part]));
  return (part) => {
    let origin = part;
    for (
      let before = byId.get(origin.replaces ?? '');
      before !== undefined;
      before = byId.get(origin.replaces ?? '')
    )
      origin = before;
    return origin.id;
  };
}

function firstOn(label: string, parties: readonly Party[]): Party | undefined {
  return parties
    .filter((party) => party.label === label)
    .reduce<Party | undefined>(
      (first, next) => (first && first.ordinal < next.ordinal ? first : next),
      undefined,
    );
}

function placeOf({ party }: Channel): number {
  return party?.ordinal ?? Number.MAX_SAFE_INTEGER;
}
