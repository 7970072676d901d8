import { actedBy, type LeafPerson } from './leaf-people.ts';

/** Who acts on a matter: a person, a connected system by its connection, or Holdfast itself for an incident. */
export type HoldActor =
  { readonly person: LeafPerson } | { readonly connectionId: string } | { readonly incidentId: string };

/** How an actor enters a leaf: people as commitments, systems by our ids. */
export function leafActor(by: HoldActor): {
  readonly personal: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, string>>;
} {
  if ('person' in by) return { personal: actedBy(by.person), facts: {} };
  if ('connectionId' in by) return { personal: {}, facts: { connectionId: by.connectionId } };
  return { personal: {}, facts: { incidentId: by.incidentId } };
}

/** The id of a person who acts, null for anything else. */
export function personOf(by: HoldActor): string | null {
  return 'person' in by ? by.person.id : null;
}
