import { z } from 'zod';
import type { Act } from '../../../recorder-core/ledger/acts.ts';

/** The only forms that a fact of an event can have: none of them can carry a text about a person. */
export const uuid = z.uuid().describe('Id of ours.');
export const word = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,63}$/)
  .describe('A word of a closed list.');
export const words = z.array(word).max(100);
export const count = z.int().nonnegative();
export const yes = z.boolean();
export const moment = z.iso.datetime().nullable();

/** A fact by its form. */
export type FactShape = Readonly<
  Record<string, typeof uuid | typeof word | typeof words | typeof count | typeof yes | typeof moment>
>;

/** A type of event that other systems can be told of. */
export interface EventType {
  /** `<topic>.<past participle>`: the act's own word in the ledger, where that says it all. */
  readonly type: string;
  /** One sentence for people. */
  readonly about: string;
  /** The leaf it is made of. */
  readonly act: Act;
  /** Of which type of object; left out, of whatever one. */
  readonly objectType?: string;
  /** Whether it is told only to the endpoint it is about, whatever that has chosen. */
  readonly ownOnly?: true;
  /** Which facts of the leaf are told; others stay in the ledger. */
  readonly facts: FactShape;
}

/** What `data` holds for a type: what was acted upon, how it ended, where it stands in the ledger, and its facts. */
export function dataSchemaOf({ facts }: EventType) {
  return z.strictObject({
    id: z.string().min(1).max(200).describe('Our id of what the event is about.'),
    outcome: word.describe('How it ended, as the ledger has it.'),
    ledgerIndex: count.describe('Place of the event in the ledger, where it can be proven.'),
    facts: z.strictObject(
      Object.fromEntries(Object.entries(facts).map(([name, form]) => [name, form.optional()])),
    ),
  });
}
