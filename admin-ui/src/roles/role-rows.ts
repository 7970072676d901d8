import type { RoleMatrixView } from '../../../hub/api/schemas/access-policy.ts';

type Row = RoleMatrixView['acts'][number];
/** What one role may do of one act. */
export type RoleRight = Row['rights'][keyof Row['rights']];

/** The acts by the thing that they are about, both in the order in which they come first. */
export function actsByThing(
  acts: readonly Row[],
): { readonly thing: string; readonly acts: readonly Row[] }[] {
  const things = new Map<string, Row[]>();
  for (const row of acts) {
    const [thing = ''] = row.act.split('.');
    things.set(thing, [...(things.get(thing) ?? []), row]);
  }
  return [...things].map(([thing, ofThing]) => ({ thing, acts: ofThing }));
}
