import type { Tx } from './database.ts';
import { foldWords } from '../policy/fold-words.ts';

/** A document of the built-in search; a removed one is an empty row that remembers its revision. */
export interface StoredDocument {
  readonly recordingId: string;
  readonly revision: number;
  readonly held: boolean;
  readonly removed: boolean;
}

/** One document under a row lock, or undefined where there never was one. */
export async function lockSearchDocument(tx: Tx, recordingId: string): Promise<StoredDocument | undefined> {
  const { rows } = await tx.query<StoredDocument>(
    'select recording_id as "recordingId", revision, held, removed from search_document where recording_id = $1 for update',
    [recordingId],
  );
  return rows[0];
}

/** What the index holds, in the order of the ids, after this one. */
export async function listSearchDocuments(
  tx: Tx,
  after: string | null,
  limit: number,
): Promise<{ readonly id: string; readonly revision: number; readonly held: boolean }[]> {
  const { rows } = await tx.query<{ id: string; revision: string | number; held: boolean }>(
    `select recording_id as id, revision, held from search_document
      where not removed and revision > 0 and ($1::uuid is null or recording_id > $1) order by recording_id limit $2`,
    [after, limit],
  );
  return rows.map((row) => ({ ...row, revision: Number(row.revision) }));
}

/** Stores a document unless the row that stands there is as new or newer; answers whether it was stored. */
export async function upsertSearchDocument(
  tx: Tx,
  tenantId: string,
  stored: Omit<StoredDocument, 'removed'> & { readonly document: Readonly<Record<string, unknown>> },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into search_document (tenant_id, recording_id, revision, held, document, words) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, recording_id) do update
        set revision = excluded.revision, held = excluded.held, removed = false,
            document = excluded.document, words = excluded.words
      where search_document.revision < excluded.revision`,
    [
      tenantId,
      stored.recordingId,
      stored.revision,
      stored.held,
      stored.document,
      foldWords(textOf(stored.document)),
    ],
  );
  return rowCount === 1;
}

/** Empties a document; the row remembers the revision at which that was asked for. */
export async function removeSearchDocument(tx: Tx, recordingId: string, revision: number): Promise<void> {
  await tx.query(
    `update search_document set removed = true, held = false, document = '{}', words = '', revision = $2
      where recording_id = $1`,
    [recordingId, revision],
  );
}

/** Whether the built-in search still has words of a recording. */
export async function findsInSearch(tx: Tx, recordingId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from search_document where recording_id = $1 and (not removed or words <> '' or document <> '{}')`,
    [recordingId],
  );
  return rowCount !== 0;
}

/** All strings and numbers of a document, at any depth, in one line. */
function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textOf).filter(Boolean).join(' ');
}
