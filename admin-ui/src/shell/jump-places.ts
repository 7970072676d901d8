/** A place that can be jumped to. */
export interface JumpPlace {
  readonly to: string;
  readonly label: string;
  /** Where it is among the screens. */
  readonly group: string;
}

/** What an id may be of: the first word of its address. */
export interface IdPlace {
  readonly path: string;
  readonly label: string;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/**
 * What a text may mean: places whose name has every word of it, those whose name begins with it first; for a text with an id in it
 * every kind of thing that has ids, because an id does not say of what it is.
 */
export function placesFor(
  text: string,
  places: readonly JumpPlace[],
  ids: readonly IdPlace[],
): readonly JumpPlace[] {
  const id = UUID.exec(text)?.[0]?.toLowerCase();
  if (id !== undefined) return ids.map(({ path, label }) => ({ to: `${path}/${id}`, label, group: id }));
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = places.filter(({ label, group }) => {
    const name = `${label} ${group}`.toLowerCase();
    return words.every((word) => name.includes(word));
  });
  const begins = ({ label }: JumpPlace) => label.toLowerCase().startsWith(words[0] ?? '');
  return [...found.filter(begins), ...found.filter((place) => !begins(place))];
}
