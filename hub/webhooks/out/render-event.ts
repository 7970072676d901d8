import type { Leaf } from '../../../recorder-core/ledger/leaf.ts';
import { leafHash } from '../../../recorder-core/ledger/merkle.ts';
import { parseLeaf } from '../../../recorder-core/ledger/leaf.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { eventTypeOf } from './event-catalogue.ts';
import { word, type FactShape } from './define-event.ts';

/** An event as CloudEvents 1.0 has it, in the structured JSON format. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The same in every attempt and for every endpoint; also the `webhook-id`. */
  readonly id: string;
  /** The tenant's installation, as a URI reference. */
  readonly source: string;
  readonly type: string;
  /** `<object type>/<id>`. */
  readonly subject: string;
  /** When it happened; RFC 3339. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: {
    readonly id: string;
    readonly outcome: string;
    readonly ledgerIndex: number;
    readonly facts: Readonly<Record<string, unknown>>;
  };
}

/**
 * Id of the event of one leaf: its index, by which the leaf is found, and the beginning of its hash, so that a leaf of another
 * tenant, or of a log that was set back by a restore, never has the same.
 */
export function eventIdOf(leafIndex: number, hash: Buffer): string {
  return `evt_${leafIndex}_${hash.subarray(0, 16).toString('hex')}`;
}

/**
 * The event of one leaf: ids, the outcome, and those facts that the catalogue names, each in the form it states there. A fact of
 * any other form is left out, so that no text about a person can slip through. The same leaf always gives the same event.
 * @throws HoldfastError `integrity_failed` for what is no leaf.
 */
export function renderEvent(tenantId: string, leafIndex: number, type: string, body: Uint8Array): CloudEvent {
  const leaf = parseLeaf(body);
  const known = eventTypeOf(type);
  if (known === undefined)
    throw new HoldfastError(
      'internal',
      `The event ${type} is not in this version's catalogue any more, so it was not sent.`,
    );
  return {
    specversion: '1.0',
    id: eventIdOf(leafIndex, leafHash(body)),
    source: `/holdfast/${tenantId}`,
    type,
    subject: `${leaf.object.type}/${leaf.object.id}`,
    time: leaf.at,
    datacontenttype: 'application/json',
    data: {
      id: leaf.object.id,
      outcome: word.safeParse(leaf.outcome).data ?? 'done',
      ledgerIndex: leafIndex,
      facts: factsOf(known.facts, leaf.facts ?? {}),
    },
  };
}

function factsOf(shape: FactShape, given: NonNullable<Leaf['facts']>): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const [name, form] of Object.entries(shape)) {
    const value = given[name];
    const parsed = value === undefined ? undefined : form.safeParse(value);
    if (parsed?.success === true) facts[name] = parsed.data;
  }
  return facts;
}
