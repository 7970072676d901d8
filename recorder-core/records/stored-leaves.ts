import { parseLeaf } from '../ledger/leaf.ts';
import type { Tx } from './database.ts';
import { sequenceLeaves } from './sequence-leaves.ts';
import { currentTenant } from './tenants.ts';

/** What opens one commitment of a leaf; personal data. */
export interface StoredOpening {
  readonly name: string;
  readonly salt: Buffer;
  readonly value: string;
}

/** A leaf of the log with what still opens its commitments. */
export interface StoredLeaf {
  readonly index: number;
  /** As the leaf itself says; RFC 3339. */
  readonly at: string;
  readonly act: string;
  readonly object: { readonly type: string; readonly id: string };
  readonly body: Buffer;
  /** In the order of their names. */
  readonly openings: readonly StoredOpening[];
  /** Names of the commitments that nobody can open any more. */
  readonly erased: readonly string[];
}

/**
 * All leaves about some objects, in the order of their indices. Complete: what was committed before the call is in the
 * log before it is read.
 * @throws HoldfastError `integrity_failed` where the stored head does not fit the log.
 */
export async function readLeavesAbout(tx: Tx, objectIds: string | readonly string[]): Promise<StoredLeaf[]> {
  await sequenceLeaves(tx, await currentTenant(tx));
  return readStoredLeaves(tx, 'where l.object_id = any ($1) order by l.index', [[objectIds].flat()]);
}

/** Leaves that a condition chooses; `rest` is the statement after `from ledger_leaf l`. */
export async function readStoredLeaves(tx: Tx, rest: string, values: unknown[]): Promise<StoredLeaf[]> {
  const { rows } = await tx.query<Row>(`${SELECT} ${rest}`, values);
  return rows.map(presentRow);
}

const SELECT = `
  select l.index, l.at, l.act, l.object_type, l.object_id, l.body,
         (select json_agg(json_build_object('name', name, 'salt', encode(salt, 'base64'), 'value', value) order by name)
            from ledger_opening where tenant_id = l.tenant_id and leaf_index = l.index) as openings
    from ledger_leaf l`;

interface Row {
  readonly index: number;
  readonly at: Date;
  readonly act: string;
  readonly object_type: string;
  readonly object_id: string;
  readonly body: Buffer;
  readonly openings: readonly { name: string; salt: string; value: string }[] | null;
}

function presentRow({ index, at, act, object_type, object_id, body, openings }: Row): StoredLeaf {
  const open = (openings ?? []).map(({ salt, ...rest }) => ({ ...rest, salt: Buffer.from(salt, 'base64') }));
  return {
    index,
    at: at.toISOString(),
    act,
    object: { type: object_type, id: object_id },
    body,
    openings: open,
    erased: committedNames(body).filter((name) => !open.some((opening) => opening.name === name)),
  };
}

/** A leaf that was tampered with must still be shown, as one that is not proven; so nothing is refused here. */
function committedNames(body: Buffer): string[] {
  try {
    return Object.keys(parseLeaf(body).commitments ?? {});
  } catch {
    return [];
  }
}
