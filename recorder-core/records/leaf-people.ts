/** A person as a leaf commits to them. */
export interface LeafPerson {
  readonly id: string;
  readonly name: string;
}

/**
 * The personal values of a leaf that say who acted: the name for readers, the id so that acts are found, and erased, by
 * person even where two have one name or one changes it. A value `x` and its `xId` belong together (see `eraseOpenings`).
 */
export function actedBy({ id, name }: LeafPerson): { readonly actor: string; readonly actorId: string } {
  return { actor: name, actorId: id };
}
